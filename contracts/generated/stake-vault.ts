// Generated from contracts/src by contracts/build/generate.ts; changed there.
import type { Contract } from '../binding/contract.ts'
import type { Address, Hex } from '../binding/values.ts'

export interface StakeVaultTypes {
  readonly create: readonly [authority: Address, token: Address, tokenBurns: boolean, thaw: bigint, evidence: bigint, bucket: bigint]
  readonly functions: {
    readonly DEAD: {
      readonly inputs: readonly []
      readonly output: Address
    }
    readonly LOCK_SECONDS_MAX: {
      readonly inputs: readonly []
      readonly output: bigint
    }
    readonly REPORTER_BASIS_POINTS: {
      readonly inputs: readonly []
      readonly output: bigint
    }
    readonly REWARDS_BASIS_POINTS: {
      readonly inputs: readonly []
      readonly output: bigint
    }
    readonly accountOf: {
      readonly inputs: readonly [owner: Address]
      readonly output: {
        readonly total: bigint
        readonly thawing: bigint
        readonly thawEnd: bigint
        readonly locked: bigint
      }
    }
    readonly authority: {
      readonly inputs: readonly []
      readonly output: Address
    }
    readonly beneficiaryOf: {
      readonly inputs: readonly [owner: Address]
      readonly output: Address
    }
    readonly bucketSeconds: {
      readonly inputs: readonly []
      readonly output: bigint
    }
    readonly burn: {
      readonly inputs: readonly []
      readonly output: undefined
    }
    readonly cancelThaw: {
      readonly inputs: readonly []
      readonly output: undefined
    }
    readonly credit: {
      readonly inputs: readonly [owner: Address, amount: bigint]
      readonly output: undefined
    }
    readonly earningsOf: {
      readonly inputs: readonly [owner: Address]
      readonly output: {
        readonly withdrawable: bigint
        readonly locked: bigint
      }
    }
    readonly evidenceSeconds: {
      readonly inputs: readonly []
      readonly output: bigint
    }
    readonly isConsumingScheduledOp: {
      readonly inputs: readonly []
      readonly output: Hex
    }
    readonly lock: {
      readonly inputs: readonly [id: Hex, owner: Address, amount: bigint, seconds: bigint]
      readonly output: bigint
    }
    readonly lockOf: {
      readonly inputs: readonly [id: Hex]
      readonly output: {
        readonly owner: Address
        readonly amount: bigint
        readonly expiresAt: bigint
      }
    }
    readonly lockedEarningsOf: {
      readonly inputs: readonly [owner: Address]
      readonly output: {
        readonly amounts: readonly bigint[]
        readonly from: readonly bigint[]
      }
    }
    readonly multicall: {
      readonly inputs: readonly [data: readonly Hex[]]
      readonly output: readonly Hex[]
    }
    readonly payReward: {
      readonly inputs: readonly [reward: {
        readonly victim: Address
        readonly victimAmount: bigint
        readonly reporter: Address
        readonly reporterAmount: bigint
        readonly payableFrom: bigint
        readonly id: Hex
      }]
      readonly output: undefined
    }
    readonly releaseLock: {
      readonly inputs: readonly [id: Hex]
      readonly output: undefined
    }
    readonly rewardIsOwed: {
      readonly inputs: readonly [reward: {
        readonly victim: Address
        readonly victimAmount: bigint
        readonly reporter: Address
        readonly reporterAmount: bigint
        readonly payableFrom: bigint
        readonly id: Hex
      }]
      readonly output: boolean
    }
    readonly setAuthority: {
      readonly inputs: readonly [newAuthority: Address]
      readonly output: undefined
    }
    readonly setBeneficiary: {
      readonly inputs: readonly [beneficiary: Address]
      readonly output: undefined
    }
    readonly slash: {
      readonly inputs: readonly [order: {
        readonly id: Hex
        readonly owner: Address
        readonly shareBasisPoints: bigint
        readonly amountMin: bigint
        readonly victim: Address
        readonly victimMax: bigint
        readonly reporter: Address
      }]
      readonly output: bigint
    }
    readonly stake: {
      readonly inputs: readonly [amount: bigint]
      readonly output: undefined
    }
    readonly stakeFor: {
      readonly inputs: readonly [owner: Address, amount: bigint]
      readonly output: undefined
    }
    readonly standingOf: {
      readonly inputs: readonly [owner: Address]
      readonly output: bigint
    }
    readonly takePermit: {
      readonly inputs: readonly [value: bigint, deadline: bigint, v: bigint, r: Hex, s: Hex]
      readonly output: undefined
    }
    readonly thaw: {
      readonly inputs: readonly [amount: bigint]
      readonly output: undefined
    }
    readonly thawSeconds: {
      readonly inputs: readonly []
      readonly output: bigint
    }
    readonly token: {
      readonly inputs: readonly []
      readonly output: Address
    }
    readonly unburned: {
      readonly inputs: readonly []
      readonly output: bigint
    }
    readonly unlock: {
      readonly inputs: readonly [id: Hex]
      readonly output: undefined
    }
    readonly withdraw: {
      readonly inputs: readonly []
      readonly output: bigint
    }
    readonly withdrawEarnings: {
      readonly inputs: readonly []
      readonly output: bigint
    }
  }
  readonly events: {
    readonly AuthorityUpdated: {
      readonly authority: Address
    }
    readonly BeneficiarySet: {
      readonly owner: Address
      readonly beneficiary: Address
    }
    readonly Burned: {
      readonly amount: bigint
    }
    readonly Credited: {
      readonly owner: Address
      readonly from: Address
      readonly amount: bigint
    }
    readonly EarningsPaid: {
      readonly owner: Address
      readonly to: Address
      readonly amount: bigint
    }
    readonly Locked: {
      readonly id: Hex
      readonly owner: Address
      readonly amount: bigint
      readonly expiresAt: bigint
    }
    readonly RewardPaid: {
      readonly to: Address
      readonly amount: bigint
    }
    readonly Slashed: {
      readonly owner: Address
      readonly court: Address
      readonly taken: bigint
      readonly burned: bigint
      readonly reward: {
        readonly victim: Address
        readonly victimAmount: bigint
        readonly reporter: Address
        readonly reporterAmount: bigint
        readonly payableFrom: bigint
        readonly id: Hex
      }
    }
    readonly Staked: {
      readonly owner: Address
      readonly from: Address
      readonly amount: bigint
    }
    readonly Thawing: {
      readonly owner: Address
      readonly thawing: bigint
      readonly thawEnd: bigint
    }
    readonly Unlocked: {
      readonly id: Hex
      readonly owner: Address
      readonly amount: bigint
    }
    readonly Withdrawn: {
      readonly owner: Address
      readonly to: Address
      readonly amount: bigint
    }
  }
}

export const stakeVault: Contract<StakeVaultTypes> = {
  name: 'StakeVault',
  abi: [
    {"inputs":[{"internalType":"address","name":"authority","type":"address"},{"internalType":"contract IERC20","name":"token_","type":"address"},{"internalType":"bool","name":"tokenBurns","type":"bool"},{"internalType":"uint48","name":"thaw_","type":"uint48"},{"internalType":"uint48","name":"evidence","type":"uint48"},{"internalType":"uint48","name":"bucket","type":"uint48"}],"stateMutability":"nonpayable","type":"constructor"},
    {"inputs":[{"internalType":"address","name":"authority","type":"address"}],"name":"AccessManagedInvalidAuthority","type":"error"},
    {"inputs":[{"internalType":"address","name":"caller","type":"address"},{"internalType":"uint32","name":"delay","type":"uint32"}],"name":"AccessManagedRequiredDelay","type":"error"},
    {"inputs":[{"internalType":"address","name":"caller","type":"address"}],"name":"AccessManagedUnauthorized","type":"error"},
    {"inputs":[{"internalType":"address","name":"target","type":"address"}],"name":"AddressEmptyCode","type":"error"},
    {"inputs":[{"internalType":"uint64","name":"asked","type":"uint64"},{"internalType":"uint64","name":"there","type":"uint64"}],"name":"AmountAbove","type":"error"},
    {"inputs":[],"name":"AmountIsZero","type":"error"},
    {"inputs":[],"name":"FailedCall","type":"error"},
    {"inputs":[{"internalType":"uint64","name":"locked","type":"uint64"}],"name":"HeldByDisputes","type":"error"},
    {"inputs":[{"internalType":"bytes32","name":"id","type":"bytes32"}],"name":"LockExists","type":"error"},
    {"inputs":[{"internalType":"bytes32","name":"id","type":"bytes32"}],"name":"LockUnknown","type":"error"},
    {"inputs":[{"internalType":"uint64","name":"expiresAt","type":"uint64"}],"name":"LockedUntil","type":"error"},
    {"inputs":[],"name":"NothingThaws","type":"error"},
    {"inputs":[],"name":"NothingToPay","type":"error"},
    {"inputs":[],"name":"ReentrancyGuardReentrantCall","type":"error"},
    {"inputs":[{"internalType":"uint64","name":"payableFrom","type":"uint64"}],"name":"RewardNotBefore","type":"error"},
    {"inputs":[{"internalType":"bytes32","name":"reward","type":"bytes32"}],"name":"RewardUnknown","type":"error"},
    {"inputs":[{"internalType":"uint8","name":"bits","type":"uint8"},{"internalType":"uint256","name":"value","type":"uint256"}],"name":"SafeCastOverflowedUintDowncast","type":"error"},
    {"inputs":[{"internalType":"address","name":"token","type":"address"}],"name":"SafeERC20FailedOperation","type":"error"},
    {"inputs":[{"internalType":"uint64","name":"thawEnd","type":"uint64"}],"name":"ThawsUntil","type":"error"},
    {"inputs":[],"name":"WindowsDoNotFit","type":"error"},
    {"anonymous":false,"inputs":[{"indexed":false,"internalType":"address","name":"authority","type":"address"}],"name":"AuthorityUpdated","type":"event"},
    {"anonymous":false,"inputs":[{"indexed":true,"internalType":"address","name":"owner","type":"address"},{"indexed":true,"internalType":"address","name":"beneficiary","type":"address"}],"name":"BeneficiarySet","type":"event"},
    {"anonymous":false,"inputs":[{"indexed":false,"internalType":"uint256","name":"amount","type":"uint256"}],"name":"Burned","type":"event"},
    {"anonymous":false,"inputs":[{"indexed":true,"internalType":"address","name":"owner","type":"address"},{"indexed":true,"internalType":"address","name":"from","type":"address"},{"indexed":false,"internalType":"uint64","name":"amount","type":"uint64"}],"name":"Credited","type":"event"},
    {"anonymous":false,"inputs":[{"indexed":true,"internalType":"address","name":"owner","type":"address"},{"indexed":true,"internalType":"address","name":"to","type":"address"},{"indexed":false,"internalType":"uint64","name":"amount","type":"uint64"}],"name":"EarningsPaid","type":"event"},
    {"anonymous":false,"inputs":[{"indexed":true,"internalType":"bytes32","name":"id","type":"bytes32"},{"indexed":true,"internalType":"address","name":"owner","type":"address"},{"indexed":false,"internalType":"uint64","name":"amount","type":"uint64"},{"indexed":false,"internalType":"uint64","name":"expiresAt","type":"uint64"}],"name":"Locked","type":"event"},
    {"anonymous":false,"inputs":[{"indexed":true,"internalType":"address","name":"to","type":"address"},{"indexed":false,"internalType":"uint64","name":"amount","type":"uint64"}],"name":"RewardPaid","type":"event"},
    {"anonymous":false,"inputs":[{"indexed":true,"internalType":"address","name":"owner","type":"address"},{"indexed":true,"internalType":"address","name":"court","type":"address"},{"indexed":false,"internalType":"uint64","name":"taken","type":"uint64"},{"indexed":false,"internalType":"uint64","name":"burned","type":"uint64"},{"components":[{"internalType":"address","name":"victim","type":"address"},{"internalType":"uint64","name":"victimAmount","type":"uint64"},{"internalType":"address","name":"reporter","type":"address"},{"internalType":"uint64","name":"reporterAmount","type":"uint64"},{"internalType":"uint48","name":"payableFrom","type":"uint48"},{"internalType":"bytes32","name":"id","type":"bytes32"}],"indexed":false,"internalType":"struct StakeVault.Reward","name":"reward","type":"tuple"}],"name":"Slashed","type":"event"},
    {"anonymous":false,"inputs":[{"indexed":true,"internalType":"address","name":"owner","type":"address"},{"indexed":true,"internalType":"address","name":"from","type":"address"},{"indexed":false,"internalType":"uint64","name":"amount","type":"uint64"}],"name":"Staked","type":"event"},
    {"anonymous":false,"inputs":[{"indexed":true,"internalType":"address","name":"owner","type":"address"},{"indexed":false,"internalType":"uint64","name":"thawing","type":"uint64"},{"indexed":false,"internalType":"uint64","name":"thawEnd","type":"uint64"}],"name":"Thawing","type":"event"},
    {"anonymous":false,"inputs":[{"indexed":true,"internalType":"bytes32","name":"id","type":"bytes32"},{"indexed":true,"internalType":"address","name":"owner","type":"address"},{"indexed":false,"internalType":"uint64","name":"amount","type":"uint64"}],"name":"Unlocked","type":"event"},
    {"anonymous":false,"inputs":[{"indexed":true,"internalType":"address","name":"owner","type":"address"},{"indexed":true,"internalType":"address","name":"to","type":"address"},{"indexed":false,"internalType":"uint64","name":"amount","type":"uint64"}],"name":"Withdrawn","type":"event"},
    {"inputs":[],"name":"DEAD","outputs":[{"internalType":"address","name":"","type":"address"}],"stateMutability":"view","type":"function"},
    {"inputs":[],"name":"LOCK_SECONDS_MAX","outputs":[{"internalType":"uint48","name":"","type":"uint48"}],"stateMutability":"view","type":"function"},
    {"inputs":[],"name":"REPORTER_BASIS_POINTS","outputs":[{"internalType":"uint256","name":"","type":"uint256"}],"stateMutability":"view","type":"function"},
    {"inputs":[],"name":"REWARDS_BASIS_POINTS","outputs":[{"internalType":"uint256","name":"","type":"uint256"}],"stateMutability":"view","type":"function"},
    {"inputs":[{"internalType":"address","name":"owner","type":"address"}],"name":"accountOf","outputs":[{"components":[{"internalType":"uint64","name":"total","type":"uint64"},{"internalType":"uint64","name":"thawing","type":"uint64"},{"internalType":"uint48","name":"thawEnd","type":"uint48"},{"internalType":"uint64","name":"locked","type":"uint64"}],"internalType":"struct StakeVault.Account","name":"","type":"tuple"}],"stateMutability":"view","type":"function"},
    {"inputs":[],"name":"authority","outputs":[{"internalType":"address","name":"","type":"address"}],"stateMutability":"view","type":"function"},
    {"inputs":[{"internalType":"address","name":"owner","type":"address"}],"name":"beneficiaryOf","outputs":[{"internalType":"address","name":"","type":"address"}],"stateMutability":"view","type":"function"},
    {"inputs":[],"name":"bucketSeconds","outputs":[{"internalType":"uint48","name":"","type":"uint48"}],"stateMutability":"view","type":"function"},
    {"inputs":[],"name":"burn","outputs":[],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[],"name":"cancelThaw","outputs":[],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[{"internalType":"address","name":"owner","type":"address"},{"internalType":"uint64","name":"amount","type":"uint64"}],"name":"credit","outputs":[],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[{"internalType":"address","name":"owner","type":"address"}],"name":"earningsOf","outputs":[{"internalType":"uint64","name":"withdrawable","type":"uint64"},{"internalType":"uint64","name":"locked","type":"uint64"}],"stateMutability":"view","type":"function"},
    {"inputs":[],"name":"evidenceSeconds","outputs":[{"internalType":"uint48","name":"","type":"uint48"}],"stateMutability":"view","type":"function"},
    {"inputs":[],"name":"isConsumingScheduledOp","outputs":[{"internalType":"bytes4","name":"","type":"bytes4"}],"stateMutability":"view","type":"function"},
    {"inputs":[{"internalType":"bytes32","name":"id","type":"bytes32"},{"internalType":"address","name":"owner","type":"address"},{"internalType":"uint64","name":"amount","type":"uint64"},{"internalType":"uint48","name":"seconds_","type":"uint48"}],"name":"lock","outputs":[{"internalType":"uint64","name":"held","type":"uint64"}],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[{"internalType":"bytes32","name":"id","type":"bytes32"}],"name":"lockOf","outputs":[{"components":[{"internalType":"address","name":"owner","type":"address"},{"internalType":"uint64","name":"amount","type":"uint64"},{"internalType":"uint48","name":"expiresAt","type":"uint48"}],"internalType":"struct StakeVault.Lock","name":"","type":"tuple"}],"stateMutability":"view","type":"function"},
    {"inputs":[{"internalType":"address","name":"owner","type":"address"}],"name":"lockedEarningsOf","outputs":[{"internalType":"uint64[]","name":"amounts","type":"uint64[]"},{"internalType":"uint64[]","name":"from","type":"uint64[]"}],"stateMutability":"view","type":"function"},
    {"inputs":[{"internalType":"bytes[]","name":"data","type":"bytes[]"}],"name":"multicall","outputs":[{"internalType":"bytes[]","name":"results","type":"bytes[]"}],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[{"components":[{"internalType":"address","name":"victim","type":"address"},{"internalType":"uint64","name":"victimAmount","type":"uint64"},{"internalType":"address","name":"reporter","type":"address"},{"internalType":"uint64","name":"reporterAmount","type":"uint64"},{"internalType":"uint48","name":"payableFrom","type":"uint48"},{"internalType":"bytes32","name":"id","type":"bytes32"}],"internalType":"struct StakeVault.Reward","name":"reward","type":"tuple"}],"name":"payReward","outputs":[],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[{"internalType":"bytes32","name":"id","type":"bytes32"}],"name":"releaseLock","outputs":[],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[{"components":[{"internalType":"address","name":"victim","type":"address"},{"internalType":"uint64","name":"victimAmount","type":"uint64"},{"internalType":"address","name":"reporter","type":"address"},{"internalType":"uint64","name":"reporterAmount","type":"uint64"},{"internalType":"uint48","name":"payableFrom","type":"uint48"},{"internalType":"bytes32","name":"id","type":"bytes32"}],"internalType":"struct StakeVault.Reward","name":"reward","type":"tuple"}],"name":"rewardIsOwed","outputs":[{"internalType":"bool","name":"","type":"bool"}],"stateMutability":"view","type":"function"},
    {"inputs":[{"internalType":"address","name":"newAuthority","type":"address"}],"name":"setAuthority","outputs":[],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[{"internalType":"address","name":"beneficiary","type":"address"}],"name":"setBeneficiary","outputs":[],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[{"components":[{"internalType":"bytes32","name":"id","type":"bytes32"},{"internalType":"address","name":"owner","type":"address"},{"internalType":"uint16","name":"shareBasisPoints","type":"uint16"},{"internalType":"uint64","name":"amountMin","type":"uint64"},{"internalType":"address","name":"victim","type":"address"},{"internalType":"uint64","name":"victimMax","type":"uint64"},{"internalType":"address","name":"reporter","type":"address"}],"internalType":"struct StakeVault.SlashOrder","name":"order","type":"tuple"}],"name":"slash","outputs":[{"internalType":"uint64","name":"taken","type":"uint64"}],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[{"internalType":"uint64","name":"amount","type":"uint64"}],"name":"stake","outputs":[],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[{"internalType":"address","name":"owner","type":"address"},{"internalType":"uint64","name":"amount","type":"uint64"}],"name":"stakeFor","outputs":[],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[{"internalType":"address","name":"owner","type":"address"}],"name":"standingOf","outputs":[{"internalType":"uint64","name":"","type":"uint64"}],"stateMutability":"view","type":"function"},
    {"inputs":[{"internalType":"uint256","name":"value","type":"uint256"},{"internalType":"uint256","name":"deadline","type":"uint256"},{"internalType":"uint8","name":"v","type":"uint8"},{"internalType":"bytes32","name":"r","type":"bytes32"},{"internalType":"bytes32","name":"s","type":"bytes32"}],"name":"takePermit","outputs":[],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[{"internalType":"uint64","name":"amount","type":"uint64"}],"name":"thaw","outputs":[],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[],"name":"thawSeconds","outputs":[{"internalType":"uint48","name":"","type":"uint48"}],"stateMutability":"view","type":"function"},
    {"inputs":[],"name":"token","outputs":[{"internalType":"contract IERC20","name":"","type":"address"}],"stateMutability":"view","type":"function"},
    {"inputs":[],"name":"unburned","outputs":[{"internalType":"uint256","name":"","type":"uint256"}],"stateMutability":"view","type":"function"},
    {"inputs":[{"internalType":"bytes32","name":"id","type":"bytes32"}],"name":"unlock","outputs":[],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[],"name":"withdraw","outputs":[{"internalType":"uint64","name":"amount","type":"uint64"}],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[],"name":"withdrawEarnings","outputs":[{"internalType":"uint64","name":"amount","type":"uint64"}],"stateMutability":"nonpayable","type":"function"},
  ],
  storage: {"_authority":0,"_consumingSchedule":0,"unburned":1,"_accounts":2,"_earnings":3,"_beneficiaries":4,"_locks":5,"_rewards":6},
  runtime: {"hash":"0x5916dabb9a6551cafa05ae810bf5b06eb519d096446998390b4a9ac916134719","bytes":16549,"immutables":[[931,32],[1621,32],[1779,32],[1896,32],[2672,32],[3840,32],[3959,32],[4042,32],[4181,32],[4582,32],[5357,32],[6518,32],[6749,32],[8297,32],[8338,32],[8940,32],[10207,32],[10979,32],[12765,32]]},
  bytecode:
    '0x610140604052348015610010575f5ffd5b506040516143e43803806143e483398101604081905261002f91610192565b84848761003b8161010e565b506001600160a01b03909116608052151560a05265ffffffffffff8116158061007457506100698183610222565b65ffffffffffff1615155b8061009a57506100866002601061024d565b6100908284610272565b65ffffffffffff16115b806100b557508165ffffffffffff168365ffffffffffff1611155b156100d357604051634f064e3d60e11b815260040160405180910390fd5b65ffffffffffff80841660c05282811660e0528116610100526100f68183610272565b65ffffffffffff16610120525061029d945050505050565b5f80546001600160a01b0319166001600160a01b0383169081179091556040519081527f2f658b440c35314f52658ea8a740e05b284cdc84dc9ae01e891f21b8933e7cad9060200160405180910390a150565b6001600160a01b0381168114610175575f5ffd5b50565b805165ffffffffffff8116811461018d575f5ffd5b919050565b5f5f5f5f5f5f60c087890312156101a7575f5ffd5b86516101b281610161565b60208801519096506101c381610161565b604088015190955080151581146101d8575f5ffd5b93506101e660608801610178565b92506101f460808801610178565b915061020260a08801610178565b90509295509295509295565b634e487b7160e01b5f52601260045260245ffd5b5f65ffffffffffff8316806102395761023961020e565b8065ffffffffffff84160691505092915050565b8181038181111561026c57634e487b7160e01b5f52601160045260245ffd5b92915050565b5f65ffffffffffff8316806102895761028961020e565b8065ffffffffffff84160491505092915050565b60805160a05160c05160e05161010051610120516140a561033f5f395f81816114ed01528181611976015261209201525f81816103a30152818161206901526127df01525f818161065501526131dd01525f81816106f301526111e601525f610f7701525f818161076801528181610a7001528181610f0001528181610fca0152818161105501528181611a5d015281816122ec0152612ae301526140a55ff3fe608060405234801561000f575f5ffd5b5060043610610235575f3560e01c80638df08bd41161013d578063bc493e03116100b8578063e5d8314111610088578063f5ae9f3f1161006e578063f5ae9f3f14610730578063f693b58814610743578063fc0c546a14610766575f5ffd5b8063e5d8314114610715578063ec9b5b3a1461071d575f5ffd5b8063bc493e031461069d578063bf7e214f146106b0578063ca2571af146106cd578063cf9aebee146106ee575f5ffd5b8063ac9650d81161010d578063b9ec4921116100f3578063b9ec492114610650578063ba7bffd314610677578063bb2b5bed1461068a575f5ffd5b8063ac9650d814610628578063b73c6ce914610648575f5ffd5b80638df08bd4146105955780638fb36037146105c95780639848e54514610602578063a614025914610615575f5ffd5b80633a29dbae116101cd5780634b1db7c21161019d5780637a9e5e4b116101835780637a9e5e4b1461044f5780637e56f88a146104625780638086b8ba1461046b575f5ffd5b80634b1db7c214610432578063740240e51461043c575f5ffd5b80633a29dbae146104065780633ccfd60b1461041957806344df8e701461042157806345827eae14610429575f5ffd5b80631c31f710116102085780631c31f7101461038b5780631e02e17f1461039e5780632254f925146103dc5780632d1d2c13146103ef575f5ffd5b8063026d2a371461023957806303fd2a451461026a5780630556d8631461029857806308f046f7146102ad575b5f5ffd5b61024c610247366004613882565b61078c565b60405167ffffffffffffffff90911681526020015b60405180910390f35b61027361dead81565b60405173ffffffffffffffffffffffffffffffffffffffff9091168152602001610261565b6102ab6102a63660046138cc565b610a6e565b005b6103416102bb366004613916565b60408051606080820183525f8083526020808401829052928401819052938452600582529282902082519384018352805473ffffffffffffffffffffffffffffffffffffffff8116855274010000000000000000000000000000000000000000900467ffffffffffffffff16918401919091526001015465ffffffffffff169082015290565b60408051825173ffffffffffffffffffffffffffffffffffffffff16815260208084015167ffffffffffffffff16908201529181015165ffffffffffff1690820152606001610261565b6102ab61039936600461392d565b610b3a565b6103c57f000000000000000000000000000000000000000000000000000000000000000081565b60405165ffffffffffff9091168152602001610261565b61024c6103ea36600461392d565b610bb5565b6103f860015481565b604051908152602001610261565b6102ab610414366004613946565b610c04565b61024c610c11565b6102ab610f63565b6103f861138881565b6103c562278d0081565b6102ab61044a366004613946565b6110b5565b6102ab61045d36600461392d565b6112bb565b6103f86107d081565b61053861047936600461392d565b604080516080810182525f8082526020820181905291810182905260608101919091525073ffffffffffffffffffffffffffffffffffffffff165f908152600260209081526040918290208251608081018452905467ffffffffffffffff808216835268010000000000000000820481169383019390935265ffffffffffff7001000000000000000000000000000000008204169382019390935276010000000000000000000000000000000000000000000090920416606082015290565b60405161026191905f60808201905067ffffffffffffffff835116825267ffffffffffffffff602084015116602083015265ffffffffffff604084015116604083015267ffffffffffffffff606084015116606083015292915050565b6105a86105a336600461392d565b61139a565b6040805167ffffffffffffffff938416815292909116602083015201610261565b6105d16115ac565b6040517fffffffff000000000000000000000000000000000000000000000000000000009091168152602001610261565b6102ab610610366004613916565b6115fa565b6102ab61062336600461395f565b6116b7565b61063b610636366004613978565b61186a565b60405161026191906139e9565b61024c611951565b6103c57f000000000000000000000000000000000000000000000000000000000000000081565b61027361068536600461392d565b611abc565b6102ab610698366004613aa9565b611af8565b61024c6106ab366004613ada565b611b02565b5f5473ffffffffffffffffffffffffffffffffffffffff16610273565b6106e06106db36600461392d565b611e8b565b604051610261929190613b2f565b6103c57f000000000000000000000000000000000000000000000000000000000000000081565b6102ab612123565b6102ab61072b366004613916565b6121e7565b6102ab61073e366004613aa9565b6121f9565b61075661075136600461395f565b61234b565b6040519015158152602001610261565b7f0000000000000000000000000000000000000000000000000000000000000000610273565b5f610799335b5f366123ac565b5f8581526005602052604090205473ffffffffffffffffffffffffffffffffffffffff16156107fc576040517fe1e616f8000000000000000000000000000000000000000000000000000000008152600481018690526024015b60405180910390fd5b73ffffffffffffffffffffffffffffffffffffffff84165f90815260026020526040812080549091906108559067ffffffffffffffff760100000000000000000000000000000000000000000000820481169116613b89565b90508067ffffffffffffffff168567ffffffffffffffff1610610878578061087a565b845b92505f6108b462278d0065ffffffffffff87161061089b5762278d0061089d565b855b6108af9065ffffffffffff1642613ba9565b61253c565b905060405180606001604052808873ffffffffffffffffffffffffffffffffffffffff1681526020018567ffffffffffffffff1681526020018265ffffffffffff1681525060055f8a81526020019081526020015f205f820151815f015f6101000a81548173ffffffffffffffffffffffffffffffffffffffff021916908373ffffffffffffffffffffffffffffffffffffffff1602179055506020820151815f0160146101000a81548167ffffffffffffffff021916908367ffffffffffffffff1602179055506040820151816001015f6101000a81548165ffffffffffff021916908365ffffffffffff16021790555090505083835f0160168282829054906101000a900467ffffffffffffffff166109cf9190613bbc565b92506101000a81548167ffffffffffffffff021916908367ffffffffffffffff1602179055508673ffffffffffffffffffffffffffffffffffffffff16887fbac5c4716610b7b953f7178235c186cd87e73f6133a1c88b2ad6cc9f797019a38684604051610a5b92919067ffffffffffffffff92909216825265ffffffffffff16602082015260400190565b60405180910390a3505050949350505050565b7f00000000000000000000000000000000000000000000000000000000000000006040517fd505accf000000000000000000000000000000000000000000000000000000008152336004820152306024820152604481018790526064810186905260ff8516608482015260a4810184905260c4810183905273ffffffffffffffffffffffffffffffffffffffff919091169063d505accf9060e4015f604051808303815f87803b158015610b20575f5ffd5b505af1925050508015610b31575060015b505b5050505050565b335f8181526004602052604080822080547fffffffffffffffffffffffff00000000000000000000000000000000000000001673ffffffffffffffffffffffffffffffffffffffff861690811790915590519092917f2906d223dc4163733bb374af8641c7e9ae256e2bae53c90e0c9a2be2e611ae4491a350565b73ffffffffffffffffffffffffffffffffffffffff81165f9081526002602052604081208054610bfd9067ffffffffffffffff68010000000000000000820481169116613b89565b9392505050565b610c0e338261258b565b50565b5f610c1a6126a7565b335f908152600260205260408120805490916801000000000000000090910467ffffffffffffffff169003610c7b576040517f1325a15200000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b8054700100000000000000000000000000000000900465ffffffffffff16421015610cf25780546040517ffdf58da700000000000000000000000000000000000000000000000000000000815270010000000000000000000000000000000090910465ffffffffffff1660048201526024016107f3565b80545f90610d269067ffffffffffffffff760100000000000000000000000000000000000000000000820481169116613b89565b825490915067ffffffffffffffff808316680100000000000000009092041610610d505780610d69565b815468010000000000000000900467ffffffffffffffff165b92508267ffffffffffffffff165f03610dd65781546040517fa1657e2000000000000000000000000000000000000000000000000000000000815276010000000000000000000000000000000000000000000090910467ffffffffffffffff1660048201526024016107f3565b815483908390600890610e0090849068010000000000000000900467ffffffffffffffff16613b89565b92506101000a81548167ffffffffffffffff021916908367ffffffffffffffff16021790555082825f015f8282829054906101000a900467ffffffffffffffff16610e4b9190613b89565b92506101000a81548167ffffffffffffffff021916908367ffffffffffffffff1602179055503373ffffffffffffffffffffffffffffffffffffffff163373ffffffffffffffffffffffffffffffffffffffff167fbaac24e87e58c882661315cdf88028ec18a57cc2e8d3a8e5e02de1cfa9f167e385604051610ede919067ffffffffffffffff91909116815260200190565b60405180910390a3610f3173ffffffffffffffffffffffffffffffffffffffff7f0000000000000000000000000000000000000000000000000000000000000000163367ffffffffffffffff8616612700565b5050610f606126fe5f7f9b779b17422d0df92223018b32b4d1fa46e071723d6817e2486d003becc55f006126f8565b90565b6001545f819003610f715750565b5f6001557f00000000000000000000000000000000000000000000000000000000000000001561103b576040517f42966c68000000000000000000000000000000000000000000000000000000008152600481018290527f000000000000000000000000000000000000000000000000000000000000000073ffffffffffffffffffffffffffffffffffffffff16906342966c68906024015f604051808303815f87803b158015611020575f5ffd5b505af1158015611032573d5f5f3e3d5ffd5b5050505061107e565b61107e73ffffffffffffffffffffffffffffffffffffffff7f00000000000000000000000000000000000000000000000000000000000000001661dead83612700565b6040518181527fd83c63197e8e676d80ab0122beba9a9d20f3828839e9a1d6fe81d242e9cd7e6e906020015b60405180910390a150565b8067ffffffffffffffff165f036110f8576040517f43ad20fc00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b335f908152600260205260408120805490919061112d9067ffffffffffffffff68010000000000000000820481169116613b89565b90508067ffffffffffffffff168367ffffffffffffffff161115611191576040517f5fc9d75500000000000000000000000000000000000000000000000000000000815267ffffffffffffffff8085166004830152821660248201526044016107f3565b8154839083906008906111bb90849068010000000000000000900467ffffffffffffffff16613bbc565b92506101000a81548167ffffffffffffffff021916908367ffffffffffffffff1602179055506112187f000000000000000000000000000000000000000000000000000000000000000065ffffffffffff16426108af9190613ba9565b82547fffffffffffffffffffff000000000000ffffffffffffffffffffffffffffffff1670010000000000000000000000000000000065ffffffffffff9283168102919091178085556040805168010000000000000000830467ffffffffffffffff16815292909104909216602082015233917f94bca62911074b4a6f468e2abc672ea77482d680c58b9bcc872286f848eacec7910160405180910390a2505050565b5f54339073ffffffffffffffffffffffffffffffffffffffff168114611325576040517f068ca9d800000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff821660048201526024016107f3565b8173ffffffffffffffffffffffffffffffffffffffff163b5f0361138d576040517fc2f31e5e00000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff831660048201526024016107f3565b61139682612760565b5050565b73ffffffffffffffffffffffffffffffffffffffff81165f9081526003602090815260408083208151608081018352815467ffffffffffffffff8082168352680100000000000000008204169482019490945270010000000000000000000000000000000090930465ffffffffffff1683830152815161020081019283905284938493909291606084019160018401906010908288855b82829054906101000a900467ffffffffffffffff1667ffffffffffffffff16815260200190600801906020826007010492830192600103820291508084116114315790505050505050815250509050805f01519250806020015191505f6114966127d2565b90505f5b60108110156115a4575f6010826010866040015165ffffffffffff166114c09190613ba9565b6114ca9190613bdc565b6114d49190613c1c565b9050836040015165ffffffffffff1681118061154157507f000000000000000000000000000000000000000000000000000000000000000065ffffffffffff1681856040015165ffffffffffff1661152c9190613bdc565b61153e9065ffffffffffff8616613bdc565b11155b1561154c575061159c565b8360600151826010811061156257611562613c2f565b60200201516115719087613bbc565b95508360600151826010811061158957611589613c2f565b60200201516115989086613b89565b9450505b60010161149a565b505050915091565b5f805474010000000000000000000000000000000000000000900460ff166115d357505f90565b7f8fb36037000000000000000000000000000000000000000000000000000000005b905090565b5f818152600560205260409020805473ffffffffffffffffffffffffffffffffffffffff16611658576040517f3ee3eeb1000000000000000000000000000000000000000000000000000000008152600481018390526024016107f3565b600181015465ffffffffffff164210156116ae5760018101546040517ff722ba1700000000000000000000000000000000000000000000000000000000815265ffffffffffff90911660048201526024016107f3565b61139682612805565b6116bf6126a7565b5f816040516020016116d19190613c5c565b604080517fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe081840301815291815281516020928301205f818152600690935291205490915060ff16611752576040517f78c5802c000000000000000000000000000000000000000000000000000000008152600481018290526024016107f3565b61176260a0830160808401613d08565b65ffffffffffff164210156117be5761178160a0830160808401613d08565b6040517f2aad377d00000000000000000000000000000000000000000000000000000000815265ffffffffffff90911660048201526024016107f3565b5f81815260066020908152604090912080547fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff00169055611819906118049084018461392d565b6118146040850160208601613946565b612a5f565b61183c61182c606084016040850161392d565b6118146080850160608601613946565b50610c0e6126fe5f7f9b779b17422d0df92223018b32b4d1fa46e071723d6817e2486d003becc55f006126f8565b604080515f8152602081019091526060908267ffffffffffffffff81111561189457611894613d48565b6040519080825280602002602001820160405280156118c757816020015b60608152602001906001900390816118b25790505b5091505f5b8381101561194857611923308686848181106118ea576118ea613c2f565b90506020028101906118fc9190613d75565b8560405160200161190f93929190613ddd565b604051602081830303815290604052612b14565b83828151811061193557611935613c2f565b60209081029190910101526001016118cc565b50505b92915050565b5f61195a6126a7565b61199a6119656127d2565b335f908152600360205260409020907f0000000000000000000000000000000000000000000000000000000000000000612c00565b90508067ffffffffffffffff165f036119df576040517f4d63c25200000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b5f6119e933611abc565b60405167ffffffffffffffff8416815290915073ffffffffffffffffffffffffffffffffffffffff82169033907fabb6201cac594fa7a307c154dc94128aceada72b7b7ee171484c90fd47d1698e9060200160405180910390a3611a8e73ffffffffffffffffffffffffffffffffffffffff7f0000000000000000000000000000000000000000000000000000000000000000168267ffffffffffffffff8516612700565b50610f606126fe5f7f9b779b17422d0df92223018b32b4d1fa46e071723d6817e2486d003becc55f006126f8565b73ffffffffffffffffffffffffffffffffffffffff8082165f908152600460205260408120549091168015611af15780610bfd565b5090919050565b611396828261258b565b5f611b0c33610792565b5f600281611b20604086016020870161392d565b73ffffffffffffffffffffffffffffffffffffffff1673ffffffffffffffffffffffffffffffffffffffff1681526020019081526020015f2090505f60035f856020016020810190611b72919061392d565b73ffffffffffffffffffffffffffffffffffffffff1673ffffffffffffffffffffffffffffffffffffffff1681526020019081526020015f2090505f5f611bba848488612cb1565b915091508167ffffffffffffffff165f14611cf35783545f90611be890849067ffffffffffffffff16613b89565b85547fffffffffffffffffffffffffffffffffffffffffffffffff00000000000000001667ffffffffffffffff828116918217808955929350680100000000000000009092049091161115611c755784547fffffffffffffffffffffffffffffffff0000000000000000ffffffffffffffff166801000000000000000067ffffffffffffffff8316021785555b845467ffffffffffffffff808316760100000000000000000000000000000000000000000000909204161115611cf15784547fffff0000000000000000ffffffffffffffffffffffffffffffffffffffffffff1676010000000000000000000000000000000000000000000067ffffffffffffffff8316021785555b505b67ffffffffffffffff811615611d0f57611d0d8382612dc3565b505b611d198183613bbc565b94505f611d268787613023565b90505f8160600151826020015188611d3e9190613b89565b611d489190613b89565b90508067ffffffffffffffff1660015f828254611d659190613ba9565b9091555050602082015167ffffffffffffffff16151580611d935750606082015167ffffffffffffffff1615155b15611e1e57600160065f84604051602001611dae9190613e00565b604080518083037fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe00181529181528151602092830120835290820192909252015f2080547fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff00169115159190911790555b33611e2f60408a0160208b0161392d565b73ffffffffffffffffffffffffffffffffffffffff167fd4d98bc670cb83ccce82e468d0d8b2b89f12fe41054e35cb264d3aab4eae2503898486604051611e7893929190613e8b565b60405180910390a3505050505050919050565b73ffffffffffffffffffffffffffffffffffffffff81165f9081526003602090815260408083208151608081018352815467ffffffffffffffff8082168352680100000000000000008204169482019490945270010000000000000000000000000000000090930465ffffffffffff16838301528151610200810192839052606094859490939092918584019160018401906010908288855b82829054906101000a900467ffffffffffffffff1667ffffffffffffffff1681526020019060080190602082600701049283019260010382029150808411611f2457505050929093525092935060109250611f7d915050565b604051908082528060200260200182016040528015611fa6578160200160208202803683370190505b50604080516010808252610220820190925291945060208201610200803683370190505091505f5b601081108015611fea5750816040015165ffffffffffff168111155b1561211c575f81836040015165ffffffffffff166120089190613bdc565b606084015190915061201b601083613c1c565b6010811061202b5761202b613c2f565b602002015185838151811061204257612042613c2f565b602002602001019067ffffffffffffffff16908167ffffffffffffffff16815250506120de7f000000000000000000000000000000000000000000000000000000000000000065ffffffffffff167f000000000000000000000000000000000000000000000000000000000000000065ffffffffffff16836120c49190613ba9565b6120cf906001613ba9565b6120d99190613f37565b613221565b8483815181106120f0576120f0613c2f565b67ffffffffffffffff90921660209283029190910190910152508061211481613f4e565b915050611fce565b5050915091565b335f908152600260205260408120805490916801000000000000000090910467ffffffffffffffff169003612184576040517f1325a15200000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b80547fffffffffffffffffffff0000000000000000000000000000ffffffffffffffff168155604080515f808252602082015233917f94bca62911074b4a6f468e2abc672ea77482d680c58b9bcc872286f848eacec7910160405180910390a250565b6121f033610792565b610c0e81612805565b6122016126a7565b8067ffffffffffffffff165f03612244576040517f43ad20fc00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b61227a61224f6127d2565b73ffffffffffffffffffffffffffffffffffffffff84165f9081526003602052604090209083613270565b60405167ffffffffffffffff82168152339073ffffffffffffffffffffffffffffffffffffffff8416907f870e144b5df6c209098314cae95330c316ce8f398504c44eadf6178fed6a5cab906020015b60405180910390a361231e73ffffffffffffffffffffffffffffffffffffffff7f000000000000000000000000000000000000000000000000000000000000000016333067ffffffffffffffff8516613346565b6113966126fe5f7f9b779b17422d0df92223018b32b4d1fa46e071723d6817e2486d003becc55f006126f8565b5f60065f836040516020016123609190613c5c565b604080517fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe08184030181529181528151602092830120835290820192909252015f205460ff1692915050565b5f5f6123ec6123cf5f5473ffffffffffffffffffffffffffffffffffffffff1690565b86306123de60045f898b613d21565b6123e791613f85565b6133a8565b9150915081610b335763ffffffff8116156124f2575f80547fffffffffffffffffffffff00ffffffffffffffffffffffffffffffffffffffff811674010000000000000000000000000000000000000000179091556040517f94c7d7ee00000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff909116906394c7d7ee9061249890889088908890600401613fea565b5f604051808303815f87803b1580156124af575f5ffd5b505af11580156124c1573d5f5f3e3d5ffd5b50505f80547fffffffffffffffffffffff00ffffffffffffffffffffffffffffffffffffffff16905550610b339050565b6040517f068ca9d800000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff861660048201526024016107f3565b5f65ffffffffffff821115612587576040517f6dfcc65000000000000000000000000000000000000000000000000000000000815260306004820152602481018390526044016107f3565b5090565b6125936126a7565b8067ffffffffffffffff165f036125d6576040517f43ad20fc00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b73ffffffffffffffffffffffffffffffffffffffff82165f908152600260205260408120805483929061261490849067ffffffffffffffff16613bbc565b92506101000a81548167ffffffffffffffff021916908367ffffffffffffffff1602179055503373ffffffffffffffffffffffffffffffffffffffff168273ffffffffffffffffffffffffffffffffffffffff167fdbac307450d9cb14051aafe20ad7278162f44a1f2a329a97c68afeea981e6854836040516122ca919067ffffffffffffffff91909116815260200190565b6126d17f9b779b17422d0df92223018b32b4d1fa46e071723d6817e2486d003becc55f005c6134ab565b6126fe60017f9b779b17422d0df92223018b32b4d1fa46e071723d6817e2486d003becc55f005b906134e2565b565b61270d83838360016134e9565b61275b576040517f5274afe700000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff841660048201526024016107f3565b505050565b5f80547fffffffffffffffffffffffff00000000000000000000000000000000000000001673ffffffffffffffffffffffffffffffffffffffff83169081179091556040519081527f2f658b440c35314f52658ea8a740e05b284cdc84dc9ae01e891f21b8933e7cad906020016110aa565b5f6115f565ffffffffffff7f00000000000000000000000000000000000000000000000000000000000000001642614053565b5f818152600560209081526040918290208251606081018452815473ffffffffffffffffffffffffffffffffffffffff81168083527401000000000000000000000000000000000000000090910467ffffffffffffffff169382019390935260019091015465ffffffffffff16928101929092526128b2576040517f3ee3eeb1000000000000000000000000000000000000000000000000000000008152600481018390526024016107f3565b5f82815260056020908152604080832080547fffffffff0000000000000000000000000000000000000000000000000000000016815560010180547fffffffffffffffffffffffffffffffffffffffffffffffffffff000000000000169055835173ffffffffffffffffffffffffffffffffffffffff168352600282529091208054918301519091760100000000000000000000000000000000000000000000900467ffffffffffffffff908116911610612992578054760100000000000000000000000000000000000000000000900467ffffffffffffffff16612998565b81602001515b815482906016906129ce908490760100000000000000000000000000000000000000000000900467ffffffffffffffff16613b89565b92506101000a81548167ffffffffffffffff021916908367ffffffffffffffff160217905550815f015173ffffffffffffffffffffffffffffffffffffffff16837fe315013e54715f251e6f3b9ca97a20492ecbb5762befb84d71018261d8afb9e18460200151604051612a52919067ffffffffffffffff91909116815260200190565b60405180910390a3505050565b8067ffffffffffffffff165f03612a74575050565b60405167ffffffffffffffff8216815273ffffffffffffffffffffffffffffffffffffffff8316907f8634ad30efdf16ecfd362f45e4eff78e0a606187110f1fcc6d39885ed5ec1d3e9060200160405180910390a261139673ffffffffffffffffffffffffffffffffffffffff7f0000000000000000000000000000000000000000000000000000000000000000168367ffffffffffffffff8416612700565b60605f612b218484613571565b9050808015612b4f57505f3d1180612b4f57505f8473ffffffffffffffffffffffffffffffffffffffff163b115b15612b6457612b5c613584565b91505061194b565b8015612bb4576040517f9996b31500000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff851660048201526024016107f3565b3d15612bc757612bc261359d565b612bf9565b6040517fd6bda27500000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b5092915050565b5f612c0b84846135a8565b5f612c1f65ffffffffffff84166001613ba9565b90505b601081108015612c3a57508365ffffffffffff168111155b15612c7857612c66856010612c578465ffffffffffff8916613bdc565b612c619190613c1c565b613695565b80612c7081613f4e565b915050612c22565b505082547fffffffffffffffffffffffffffffffffffffffffffffffff00000000000000008116909355505067ffffffffffffffff1690565b825482545f91829167ffffffffffffffff918216918391612ce19168010000000000000000820481169116613ba9565b90505f612710612cf76060880160408901614066565b61ffff1610612d0857612710612d1d565b612d186060870160408801614066565b61ffff165b90505f61271082612d2e8587613ba9565b612d389190613f37565b612d429190614053565b9050612d546080880160608901613946565b67ffffffffffffffff16811015612d8257612d756080880160608901613946565b67ffffffffffffffff1690505b5f848210612d905784612d92565b815b90505f612d9f8284613bdc565b9050819750848110612db15784612db3565b805b9650505050505050935093915050565b81545f90700100000000000000000000000000000000900465ffffffffffff1682825b601081108015612dfe57508265ffffffffffff168111155b8015612e13575067ffffffffffffffff821615155b8015612e355750855468010000000000000000900467ffffffffffffffff1615155b15612f91575f6010612e4f8365ffffffffffff8716613bdc565b612e599190613c1c565b90505f876001018260108110612e7157612e71613c2f565b600491828204019190066008029054906101000a900467ffffffffffffffff1690508067ffffffffffffffff165f03612eab575050612f7f565b5f8467ffffffffffffffff168267ffffffffffffffff1610612ecd5784612ecf565b815b9050612edb8183613b89565b896001018460108110612ef057612ef0613c2f565b600491828204019190066008026101000a81548167ffffffffffffffff021916908367ffffffffffffffff16021790555080895f0160088282829054906101000a900467ffffffffffffffff16612f479190613b89565b92506101000a81548167ffffffffffffffff021916908367ffffffffffffffff1602179055508085612f799190613b89565b94505050505b80612f8981613f4e565b915050612de6565b5084545f9067ffffffffffffffff808416911610612faf5781612fbc565b855467ffffffffffffffff165b8654909150819087905f90612fdc90849067ffffffffffffffff16613b89565b92506101000a81548167ffffffffffffffff021916908367ffffffffffffffff16021790555080828661300f9190613b89565b6130199190613bbc565b9695505050505050565b6040805160c0810182525f80825260208201819052918101829052606081018290526080810182905260a08101919091525f8061306660e0860160c0870161392d565b73ffffffffffffffffffffffffffffffffffffffff16146130a95761271061309a6107d067ffffffffffffffff8616613f37565b6130a49190614053565b6130ab565b5f5b90505f816127106130c861138867ffffffffffffffff8816613f37565b6130d29190614053565b6130dc9190613bdc565b90505f6130ef60a087016080880161392d565b73ffffffffffffffffffffffffffffffffffffffff160361311157505f61314f565b61312160c0860160a08701613946565b67ffffffffffffffff1681111561314f5761314260c0860160a08701613946565b67ffffffffffffffff1690505b6040805160c081019091528061316b60a088016080890161392d565b73ffffffffffffffffffffffffffffffffffffffff16815267ffffffffffffffff831660208201526040016131a660e0880160c0890161392d565b73ffffffffffffffffffffffffffffffffffffffff16815267ffffffffffffffff8416602082015260400161320365ffffffffffff7f00000000000000000000000000000000000000000000000000000000000000001642613ba9565b65ffffffffffff168152602001865f01358152509250505092915050565b5f67ffffffffffffffff82111561258757604080517f6dfcc6500000000000000000000000000000000000000000000000000000000081526004810191909152602481018390526044016107f3565b61327a83836135a8565b8060018401613292601065ffffffffffff8616613c1c565b601081106132a2576132a2613c2f565b600491828204019190066008028282829054906101000a900467ffffffffffffffff166132cf9190613bbc565b92506101000a81548167ffffffffffffffff021916908367ffffffffffffffff16021790555080835f0160088282829054906101000a900467ffffffffffffffff1661331b9190613bbc565b92506101000a81548167ffffffffffffffff021916908367ffffffffffffffff160217905550505050565b61335484848484600161379b565b6133a2576040517f5274afe700000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff851660048201526024016107f3565b50505050565b60405173ffffffffffffffffffffffffffffffffffffffff8085166024830152831660448201527fffffffff00000000000000000000000000000000000000000000000000000000821660648201525f9081908190608401604080517fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0818403018152918152602080830180517bffffffffffffffffffffffffffffffffffffffffffffffffffffffff167fb7009613000000000000000000000000000000000000000000000000000000001781525f808052918290528351939450919290918a5afa156134a1575f516020805191945081901c150291505b5094509492505050565b156126fe576040517f3ee5aeb500000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b80825d5050565b6040517fa9059cbb000000000000000000000000000000000000000000000000000000005f81815273ffffffffffffffffffffffffffffffffffffffff8616600452602485905291602083604481808b5af1925060015f51148316613565578383151615613559573d5f823e3d81fd5b5f873b113d1516831692505b60405250949350505050565b5f5f5f835160208501865af49392505050565b6040513d81523d5f602083013e3d602001810160405290565b6040513d5f823e3d81fd5b815465ffffffffffff700100000000000000000000000000000000909104811690821681106135d657505050565b825468010000000000000000900467ffffffffffffffff161561364c575f6135fe8284614087565b65ffffffffffff1690506010811115613615575060105b60015b81811161364957613637856010612c578465ffffffffffff8816613ba9565b8061364181613f4e565b915050613618565b50505b50815465ffffffffffff909116700100000000000000000000000000000000027fffffffffffffffffffff000000000000ffffffffffffffffffffffffffffffff909116179055565b5f8260010182601081106136ab576136ab613c2f565b600491828204019190066008029054906101000a900467ffffffffffffffff1690508067ffffffffffffffff165f036136e357505050565b5f8360010183601081106136f9576136f9613c2f565b600491828204019190066008026101000a81548167ffffffffffffffff021916908367ffffffffffffffff16021790555080835f0160088282829054906101000a900467ffffffffffffffff166137509190613b89565b92506101000a81548167ffffffffffffffff021916908367ffffffffffffffff16021790555080835f015f8282829054906101000a900467ffffffffffffffff1661331b9190613bbc565b6040517f23b872dd000000000000000000000000000000000000000000000000000000005f81815273ffffffffffffffffffffffffffffffffffffffff8781166004528616602452604485905291602083606481808c5af1925060015f5114831661381d578383151615613811573d5f823e3d81fd5b5f883b113d1516831692505b604052505f60605295945050505050565b803573ffffffffffffffffffffffffffffffffffffffff81168114613851575f5ffd5b919050565b803567ffffffffffffffff81168114613851575f5ffd5b803565ffffffffffff81168114613851575f5ffd5b5f5f5f5f60808587031215613895575f5ffd5b843593506138a56020860161382e565b92506138b360408601613856565b91506138c16060860161386d565b905092959194509250565b5f5f5f5f5f60a086880312156138e0575f5ffd5b8535945060208601359350604086013560ff811681146138fe575f5ffd5b94979396509394606081013594506080013592915050565b5f60208284031215613926575f5ffd5b5035919050565b5f6020828403121561393d575f5ffd5b610bfd8261382e565b5f60208284031215613956575f5ffd5b610bfd82613856565b5f60c0828403128015613970575f5ffd5b509092915050565b5f5f60208385031215613989575f5ffd5b823567ffffffffffffffff81111561399f575f5ffd5b8301601f810185136139af575f5ffd5b803567ffffffffffffffff8111156139c5575f5ffd5b8560208260051b84010111156139d9575f5ffd5b6020919091019590945092505050565b5f602082016020835280845180835260408501915060408160051b8601019250602086015f5b82811015613a9d577fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc0878603018452815180518087528060208301602089015e5f6020828901015260207fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0601f83011688010196505050602082019150602084019350600181019050613a0f565b50929695505050505050565b5f5f60408385031215613aba575f5ffd5b613ac38361382e565b9150613ad160208401613856565b90509250929050565b5f60e0828403128015613970575f5ffd5b5f8151808452602084019350602083015f5b82811015613b2557815167ffffffffffffffff16865260209586019590910190600101613afd565b5093949350505050565b604081525f613b416040830185613aeb565b8281036020840152613b538185613aeb565b95945050505050565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601160045260245ffd5b67ffffffffffffffff828116828216039081111561194b5761194b613b5c565b8082018082111561194b5761194b613b5c565b67ffffffffffffffff818116838216019081111561194b5761194b613b5c565b8181038181111561194b5761194b613b5c565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601260045260245ffd5b5f82613c2a57613c2a613bef565b500690565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52603260045260245ffd5b60c0810173ffffffffffffffffffffffffffffffffffffffff613c7e8461382e565b16825267ffffffffffffffff613c9660208501613856565b16602083015273ffffffffffffffffffffffffffffffffffffffff613cbd6040850161382e565b16604083015267ffffffffffffffff613cd860608501613856565b16606083015265ffffffffffff613cf16080850161386d565b16608083015260a092830135929091019190915290565b5f60208284031215613d18575f5ffd5b610bfd8261386d565b5f5f85851115613d2f575f5ffd5b83861115613d3b575f5ffd5b5050820193919092039150565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52604160045260245ffd5b5f5f83357fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe1843603018112613da8575f5ffd5b83018035915067ffffffffffffffff821115613dc2575f5ffd5b602001915036819003821315613dd6575f5ffd5b9250929050565b828482375f8382015f815283518060208601835e5f910190815295945050505050565b60c0810161194b828473ffffffffffffffffffffffffffffffffffffffff815116825267ffffffffffffffff602082015116602083015273ffffffffffffffffffffffffffffffffffffffff604082015116604083015267ffffffffffffffff606082015116606083015265ffffffffffff608082015116608083015260a081015160a08301525050565b67ffffffffffffffff8481168252831660208201526101008101613f2f604083018473ffffffffffffffffffffffffffffffffffffffff815116825267ffffffffffffffff602082015116602083015273ffffffffffffffffffffffffffffffffffffffff604082015116604083015267ffffffffffffffff606082015116606083015265ffffffffffff608082015116608083015260a081015160a08301525050565b949350505050565b808202811582820484141761194b5761194b613b5c565b5f7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff8203613f7e57613f7e613b5c565b5060010190565b80357fffffffff000000000000000000000000000000000000000000000000000000008116906004841015612bf9577fffffffff00000000000000000000000000000000000000000000000000000000808560040360031b1b82161691505092915050565b73ffffffffffffffffffffffffffffffffffffffff8416815260406020820152816040820152818360608301375f818301606090810191909152601f9092017fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe016010192915050565b5f8261406157614061613bef565b500490565b5f60208284031215614076575f5ffd5b813561ffff81168114610bfd575f5ffd5b65ffffffffffff828116828216039081111561194b5761194b613b5c56',
}
