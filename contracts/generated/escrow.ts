// Generated from contracts/src by contracts/build/generate.ts; changed there.
import type { Contract } from '../binding/contract.ts'
import type { Address, Hex } from '../binding/values.ts'

export interface Account {
  readonly balance: bigint
  readonly thawing: bigint
  readonly thawEnd: bigint
  readonly owed: bigint
}

export interface Channel {
  readonly deposit: bigint
  readonly thawing: bigint
  readonly thawEnd: bigint
  readonly claimed: bigint
  readonly short: boolean
}

export interface Claim {
  readonly payer: Address
  readonly session: Address
  readonly miner: Address
  readonly collection: Hex
  readonly grant: Hex
  readonly cumulative: bigint
  readonly agreementsHash: Hex
  readonly signature: Signature
}

export interface Grant {
  readonly maxTotal: bigint
  readonly maxPerMiner: bigint
  readonly redeemableUntil: bigint
  readonly exists: boolean
  readonly anyCollection: boolean
}

export interface GrantProof {
  readonly grant: SessionGrant
  readonly collections: readonly Hex[]
  readonly signature: Signature
}

export interface Outcome {
  readonly paid: bigint
  readonly reason: bigint
}

export interface Reserve {
  readonly share: bigint
  readonly round: bigint
  readonly drawers: bigint
}

export interface Session {
  readonly spent: bigint
  readonly revokedFrom: bigint
}

export interface SessionGrant {
  readonly payer: Address
  readonly session: Address
  readonly escrow: Address
  readonly maxTotal: bigint
  readonly maxPerMiner: bigint
  readonly collectionsHash: Hex
  readonly notAfter: bigint
  readonly nonce: bigint
}

export interface Signature {
  readonly r: Hex
  readonly vs: Hex
}

export interface EscrowTypes {
  readonly create: readonly [salt: Hex, registry: Address, vault: Address, tokenBurns: boolean, feeShare: bigint, thaw: bigint, revokeDelay: bigint]
  readonly functions: {
    readonly COLLECTIONS_MAX: {
      readonly inputs: readonly []
      readonly output: bigint
    }
    readonly DEAD: {
      readonly inputs: readonly []
      readonly output: Address
    }
    readonly DRAWERS_MAX: {
      readonly inputs: readonly []
      readonly output: bigint
    }
    readonly GRACE_SECONDS: {
      readonly inputs: readonly []
      readonly output: bigint
    }
    readonly STRANGERS: {
      readonly inputs: readonly []
      readonly output: Address
    }
    readonly accountOf: {
      readonly inputs: readonly [payer: Address]
      readonly output: Account
    }
    readonly assuredTo: {
      readonly inputs: readonly [payer: Address, miner: Address]
      readonly output: bigint
    }
    readonly burn: {
      readonly inputs: readonly []
      readonly output: undefined
    }
    readonly cancelChannelThaws: {
      readonly inputs: readonly [miners: readonly Address[]]
      readonly output: undefined
    }
    readonly cancelThaw: {
      readonly inputs: readonly []
      readonly output: undefined
    }
    readonly channelOf: {
      readonly inputs: readonly [payer: Address, miner: Address]
      readonly output: Channel
    }
    readonly claimedOf: {
      readonly inputs: readonly [payer: Address, session: Address, miner: Address, collection: Hex]
      readonly output: bigint
    }
    readonly deposit: {
      readonly inputs: readonly [amount: bigint]
      readonly output: undefined
    }
    readonly depositFor: {
      readonly inputs: readonly [payer: Address, amount: bigint]
      readonly output: undefined
    }
    readonly domainSeparator: {
      readonly inputs: readonly []
      readonly output: Hex
    }
    readonly feeBasisPoints: {
      readonly inputs: readonly []
      readonly output: bigint
    }
    readonly fund: {
      readonly inputs: readonly [miners: readonly Address[], amounts: readonly bigint[]]
      readonly output: undefined
    }
    readonly grantOf: {
      readonly inputs: readonly [payer: Address, session: Address, grant: Hex]
      readonly output: Grant
    }
    readonly multicall: {
      readonly inputs: readonly [data: readonly Hex[]]
      readonly output: readonly Hex[]
    }
    readonly networkSalt: {
      readonly inputs: readonly []
      readonly output: Hex
    }
    readonly owedOn: {
      readonly inputs: readonly [payer: Address, session: Address, miner: Address, collection: Hex]
      readonly output: bigint
    }
    readonly redeem: {
      readonly inputs: readonly [claims: readonly Claim[]]
      readonly output: readonly Outcome[]
    }
    readonly redeemWithGrants: {
      readonly inputs: readonly [grants: readonly GrantProof[], claims: readonly Claim[]]
      readonly output: readonly Outcome[]
    }
    readonly registerGrant: {
      readonly inputs: readonly [proof: GrantProof]
      readonly output: undefined
    }
    readonly registry: {
      readonly inputs: readonly []
      readonly output: Address
    }
    readonly reserveOf: {
      readonly inputs: readonly [payer: Address]
      readonly output: Reserve
    }
    readonly revokeDelaySeconds: {
      readonly inputs: readonly []
      readonly output: bigint
    }
    readonly revokeSession: {
      readonly inputs: readonly [session: Address]
      readonly output: undefined
    }
    readonly sessionOf: {
      readonly inputs: readonly [payer: Address, session: Address]
      readonly output: Session
    }
    readonly takePermit: {
      readonly inputs: readonly [value: bigint, deadline: bigint, v: bigint, r: Hex, s: Hex]
      readonly output: undefined
    }
    readonly thaw: {
      readonly inputs: readonly [amount: bigint]
      readonly output: undefined
    }
    readonly thawChannels: {
      readonly inputs: readonly [miners: readonly Address[], amounts: readonly bigint[]]
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
    readonly vault: {
      readonly inputs: readonly []
      readonly output: Address
    }
    readonly withdraw: {
      readonly inputs: readonly []
      readonly output: bigint
    }
    readonly withdrawChannels: {
      readonly inputs: readonly [miners: readonly Address[]]
      readonly output: bigint
    }
  }
  readonly events: {
    readonly Burned: {
      readonly amount: bigint
    }
    readonly ChannelThawing: {
      readonly payer: Address
      readonly miner: Address
      readonly thawing: bigint
      readonly thawEnd: bigint
    }
    readonly Deposited: {
      readonly payer: Address
      readonly from: Address
      readonly amount: bigint
    }
    readonly Funded: {
      readonly payer: Address
      readonly miner: Address
      readonly amount: bigint
    }
    readonly Granted: {
      readonly payer: Address
      readonly session: Address
      readonly grant: Hex
    }
    readonly Overdrawn: {
      readonly payer: Address
      readonly miner: Address
      readonly owed: bigint
    }
    readonly Redeemed: {
      readonly payer: Address
      readonly miner: Address
      readonly owner: Address
      readonly session: Address
      readonly collection: Hex
      readonly claimed: bigint
      readonly paid: bigint
      readonly fee: bigint
    }
    readonly SessionRevoked: {
      readonly payer: Address
      readonly session: Address
      readonly from: bigint
    }
    readonly Thawing: {
      readonly payer: Address
      readonly thawing: bigint
      readonly thawEnd: bigint
    }
    readonly Withdrawn: {
      readonly payer: Address
      readonly amount: bigint
    }
  }
}

export const escrow: Contract<EscrowTypes> = {
  name: 'Escrow',
  abi: [
    {"inputs":[{"internalType":"bytes32","name":"salt","type":"bytes32"},{"internalType":"contract IdentityRegistry","name":"registry_","type":"address"},{"internalType":"contract StakeVault","name":"vault_","type":"address"},{"internalType":"bool","name":"tokenBurns","type":"bool"},{"internalType":"uint16","name":"feeShare","type":"uint16"},{"internalType":"uint40","name":"thaw_","type":"uint40"},{"internalType":"uint48","name":"revokeDelay","type":"uint48"}],"stateMutability":"nonpayable","type":"constructor"},
    {"inputs":[{"internalType":"address","name":"target","type":"address"}],"name":"AddressEmptyCode","type":"error"},
    {"inputs":[{"internalType":"address","name":"session","type":"address"}],"name":"AlreadyRevoked","type":"error"},
    {"inputs":[{"internalType":"uint64","name":"asked","type":"uint64"},{"internalType":"uint64","name":"there","type":"uint64"}],"name":"AmountAbove","type":"error"},
    {"inputs":[],"name":"AmountIsZero","type":"error"},
    {"inputs":[],"name":"CollectionsDoNotFit","type":"error"},
    {"inputs":[],"name":"FailedCall","type":"error"},
    {"inputs":[{"internalType":"address","name":"escrow","type":"address"}],"name":"GrantForEscrow","type":"error"},
    {"inputs":[{"internalType":"address","name":"payer","type":"address"}],"name":"GrantNotSignedBy","type":"error"},
    {"inputs":[{"internalType":"address","name":"payer","type":"address"}],"name":"GrantToPayerItself","type":"error"},
    {"inputs":[],"name":"ListsDiffer","type":"error"},
    {"inputs":[],"name":"NothingThaws","type":"error"},
    {"inputs":[],"name":"ReentrancyGuardReentrantCall","type":"error"},
    {"inputs":[{"internalType":"uint8","name":"bits","type":"uint8"},{"internalType":"uint256","name":"value","type":"uint256"}],"name":"SafeCastOverflowedUintDowncast","type":"error"},
    {"inputs":[{"internalType":"address","name":"token","type":"address"}],"name":"SafeERC20FailedOperation","type":"error"},
    {"inputs":[{"internalType":"uint256","name":"supply","type":"uint256"}],"name":"SupplyAboveCredits","type":"error"},
    {"inputs":[{"internalType":"uint64","name":"thawEnd","type":"uint64"}],"name":"ThawsUntil","type":"error"},
    {"anonymous":false,"inputs":[{"indexed":false,"internalType":"uint256","name":"amount","type":"uint256"}],"name":"Burned","type":"event"},
    {"anonymous":false,"inputs":[{"indexed":true,"internalType":"address","name":"payer","type":"address"},{"indexed":true,"internalType":"address","name":"miner","type":"address"},{"indexed":false,"internalType":"uint64","name":"thawing","type":"uint64"},{"indexed":false,"internalType":"uint64","name":"thawEnd","type":"uint64"}],"name":"ChannelThawing","type":"event"},
    {"anonymous":false,"inputs":[{"indexed":true,"internalType":"address","name":"payer","type":"address"},{"indexed":true,"internalType":"address","name":"from","type":"address"},{"indexed":false,"internalType":"uint64","name":"amount","type":"uint64"}],"name":"Deposited","type":"event"},
    {"anonymous":false,"inputs":[{"indexed":true,"internalType":"address","name":"payer","type":"address"},{"indexed":true,"internalType":"address","name":"miner","type":"address"},{"indexed":false,"internalType":"uint64","name":"amount","type":"uint64"}],"name":"Funded","type":"event"},
    {"anonymous":false,"inputs":[{"indexed":true,"internalType":"address","name":"payer","type":"address"},{"indexed":true,"internalType":"address","name":"session","type":"address"},{"indexed":true,"internalType":"bytes32","name":"grant","type":"bytes32"}],"name":"Granted","type":"event"},
    {"anonymous":false,"inputs":[{"indexed":true,"internalType":"address","name":"payer","type":"address"},{"indexed":true,"internalType":"address","name":"miner","type":"address"},{"indexed":false,"internalType":"uint64","name":"owed","type":"uint64"}],"name":"Overdrawn","type":"event"},
    {"anonymous":false,"inputs":[{"indexed":true,"internalType":"address","name":"payer","type":"address"},{"indexed":true,"internalType":"address","name":"miner","type":"address"},{"indexed":true,"internalType":"address","name":"owner","type":"address"},{"indexed":false,"internalType":"address","name":"session","type":"address"},{"indexed":false,"internalType":"bytes32","name":"collection","type":"bytes32"},{"indexed":false,"internalType":"uint64","name":"claimed","type":"uint64"},{"indexed":false,"internalType":"uint64","name":"paid","type":"uint64"},{"indexed":false,"internalType":"uint64","name":"fee","type":"uint64"}],"name":"Redeemed","type":"event"},
    {"anonymous":false,"inputs":[{"indexed":true,"internalType":"address","name":"payer","type":"address"},{"indexed":true,"internalType":"address","name":"session","type":"address"},{"indexed":false,"internalType":"uint64","name":"from","type":"uint64"}],"name":"SessionRevoked","type":"event"},
    {"anonymous":false,"inputs":[{"indexed":true,"internalType":"address","name":"payer","type":"address"},{"indexed":false,"internalType":"uint64","name":"thawing","type":"uint64"},{"indexed":false,"internalType":"uint64","name":"thawEnd","type":"uint64"}],"name":"Thawing","type":"event"},
    {"anonymous":false,"inputs":[{"indexed":true,"internalType":"address","name":"payer","type":"address"},{"indexed":false,"internalType":"uint64","name":"amount","type":"uint64"}],"name":"Withdrawn","type":"event"},
    {"inputs":[],"name":"COLLECTIONS_MAX","outputs":[{"internalType":"uint256","name":"","type":"uint256"}],"stateMutability":"view","type":"function"},
    {"inputs":[],"name":"DEAD","outputs":[{"internalType":"address","name":"","type":"address"}],"stateMutability":"view","type":"function"},
    {"inputs":[],"name":"DRAWERS_MAX","outputs":[{"internalType":"uint8","name":"","type":"uint8"}],"stateMutability":"view","type":"function"},
    {"inputs":[],"name":"GRACE_SECONDS","outputs":[{"internalType":"uint48","name":"","type":"uint48"}],"stateMutability":"view","type":"function"},
    {"inputs":[],"name":"STRANGERS","outputs":[{"internalType":"address","name":"","type":"address"}],"stateMutability":"view","type":"function"},
    {"inputs":[{"internalType":"address","name":"payer","type":"address"}],"name":"accountOf","outputs":[{"components":[{"internalType":"uint64","name":"balance","type":"uint64"},{"internalType":"uint64","name":"thawing","type":"uint64"},{"internalType":"uint40","name":"thawEnd","type":"uint40"},{"internalType":"uint88","name":"owed","type":"uint88"}],"internalType":"struct PayerAccounts.Account","name":"","type":"tuple"}],"stateMutability":"view","type":"function"},
    {"inputs":[{"internalType":"address","name":"payer","type":"address"},{"internalType":"address","name":"miner","type":"address"}],"name":"assuredTo","outputs":[{"internalType":"uint64","name":"","type":"uint64"}],"stateMutability":"view","type":"function"},
    {"inputs":[],"name":"burn","outputs":[],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[{"internalType":"address[]","name":"miners","type":"address[]"}],"name":"cancelChannelThaws","outputs":[],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[],"name":"cancelThaw","outputs":[],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[{"internalType":"address","name":"payer","type":"address"},{"internalType":"address","name":"miner","type":"address"}],"name":"channelOf","outputs":[{"components":[{"internalType":"uint64","name":"deposit","type":"uint64"},{"internalType":"uint64","name":"thawing","type":"uint64"},{"internalType":"uint40","name":"thawEnd","type":"uint40"},{"internalType":"uint64","name":"claimed","type":"uint64"},{"internalType":"bool","name":"short","type":"bool"}],"internalType":"struct PayerAccounts.Channel","name":"","type":"tuple"}],"stateMutability":"view","type":"function"},
    {"inputs":[{"internalType":"address","name":"payer","type":"address"},{"internalType":"address","name":"session","type":"address"},{"internalType":"address","name":"miner","type":"address"},{"internalType":"bytes32","name":"collection","type":"bytes32"}],"name":"claimedOf","outputs":[{"internalType":"uint64","name":"","type":"uint64"}],"stateMutability":"view","type":"function"},
    {"inputs":[{"internalType":"uint64","name":"amount","type":"uint64"}],"name":"deposit","outputs":[],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[{"internalType":"address","name":"payer","type":"address"},{"internalType":"uint64","name":"amount","type":"uint64"}],"name":"depositFor","outputs":[],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[],"name":"domainSeparator","outputs":[{"internalType":"bytes32","name":"","type":"bytes32"}],"stateMutability":"view","type":"function"},
    {"inputs":[],"name":"feeBasisPoints","outputs":[{"internalType":"uint16","name":"","type":"uint16"}],"stateMutability":"view","type":"function"},
    {"inputs":[{"internalType":"address[]","name":"miners","type":"address[]"},{"internalType":"uint64[]","name":"amounts","type":"uint64[]"}],"name":"fund","outputs":[],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[{"internalType":"address","name":"payer","type":"address"},{"internalType":"address","name":"session","type":"address"},{"internalType":"bytes32","name":"grant","type":"bytes32"}],"name":"grantOf","outputs":[{"components":[{"internalType":"uint64","name":"maxTotal","type":"uint64"},{"internalType":"uint64","name":"maxPerMiner","type":"uint64"},{"internalType":"uint48","name":"redeemableUntil","type":"uint48"},{"internalType":"bool","name":"exists","type":"bool"},{"internalType":"bool","name":"anyCollection","type":"bool"}],"internalType":"struct SessionGrants.Grant","name":"","type":"tuple"}],"stateMutability":"view","type":"function"},
    {"inputs":[{"internalType":"bytes[]","name":"data","type":"bytes[]"}],"name":"multicall","outputs":[{"internalType":"bytes[]","name":"results","type":"bytes[]"}],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[],"name":"networkSalt","outputs":[{"internalType":"bytes32","name":"","type":"bytes32"}],"stateMutability":"view","type":"function"},
    {"inputs":[{"internalType":"address","name":"payer","type":"address"},{"internalType":"address","name":"session","type":"address"},{"internalType":"address","name":"miner","type":"address"},{"internalType":"bytes32","name":"collection","type":"bytes32"}],"name":"owedOn","outputs":[{"internalType":"uint64","name":"","type":"uint64"}],"stateMutability":"view","type":"function"},
    {"inputs":[{"components":[{"internalType":"address","name":"payer","type":"address"},{"internalType":"address","name":"session","type":"address"},{"internalType":"address","name":"miner","type":"address"},{"internalType":"bytes32","name":"collection","type":"bytes32"},{"internalType":"bytes32","name":"grant","type":"bytes32"},{"internalType":"uint64","name":"cumulative","type":"uint64"},{"internalType":"bytes32","name":"agreementsHash","type":"bytes32"},{"components":[{"internalType":"bytes32","name":"r","type":"bytes32"},{"internalType":"bytes32","name":"vs","type":"bytes32"}],"internalType":"struct Signature","name":"signature","type":"tuple"}],"internalType":"struct Escrow.Claim[]","name":"claims","type":"tuple[]"}],"name":"redeem","outputs":[{"components":[{"internalType":"uint64","name":"paid","type":"uint64"},{"internalType":"enum Escrow.Reason","name":"reason","type":"uint8"}],"internalType":"struct Escrow.Outcome[]","name":"outcomes","type":"tuple[]"}],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[{"components":[{"components":[{"internalType":"address","name":"payer","type":"address"},{"internalType":"address","name":"session","type":"address"},{"internalType":"address","name":"escrow","type":"address"},{"internalType":"uint64","name":"maxTotal","type":"uint64"},{"internalType":"uint64","name":"maxPerMiner","type":"uint64"},{"internalType":"bytes32","name":"collectionsHash","type":"bytes32"},{"internalType":"uint64","name":"notAfter","type":"uint64"},{"internalType":"uint64","name":"nonce","type":"uint64"}],"internalType":"struct SessionGrant","name":"grant","type":"tuple"},{"internalType":"bytes32[]","name":"collections","type":"bytes32[]"},{"components":[{"internalType":"bytes32","name":"r","type":"bytes32"},{"internalType":"bytes32","name":"vs","type":"bytes32"}],"internalType":"struct Signature","name":"signature","type":"tuple"}],"internalType":"struct SessionGrants.GrantProof[]","name":"grants","type":"tuple[]"},{"components":[{"internalType":"address","name":"payer","type":"address"},{"internalType":"address","name":"session","type":"address"},{"internalType":"address","name":"miner","type":"address"},{"internalType":"bytes32","name":"collection","type":"bytes32"},{"internalType":"bytes32","name":"grant","type":"bytes32"},{"internalType":"uint64","name":"cumulative","type":"uint64"},{"internalType":"bytes32","name":"agreementsHash","type":"bytes32"},{"components":[{"internalType":"bytes32","name":"r","type":"bytes32"},{"internalType":"bytes32","name":"vs","type":"bytes32"}],"internalType":"struct Signature","name":"signature","type":"tuple"}],"internalType":"struct Escrow.Claim[]","name":"claims","type":"tuple[]"}],"name":"redeemWithGrants","outputs":[{"components":[{"internalType":"uint64","name":"paid","type":"uint64"},{"internalType":"enum Escrow.Reason","name":"reason","type":"uint8"}],"internalType":"struct Escrow.Outcome[]","name":"outcomes","type":"tuple[]"}],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[{"components":[{"components":[{"internalType":"address","name":"payer","type":"address"},{"internalType":"address","name":"session","type":"address"},{"internalType":"address","name":"escrow","type":"address"},{"internalType":"uint64","name":"maxTotal","type":"uint64"},{"internalType":"uint64","name":"maxPerMiner","type":"uint64"},{"internalType":"bytes32","name":"collectionsHash","type":"bytes32"},{"internalType":"uint64","name":"notAfter","type":"uint64"},{"internalType":"uint64","name":"nonce","type":"uint64"}],"internalType":"struct SessionGrant","name":"grant","type":"tuple"},{"internalType":"bytes32[]","name":"collections","type":"bytes32[]"},{"components":[{"internalType":"bytes32","name":"r","type":"bytes32"},{"internalType":"bytes32","name":"vs","type":"bytes32"}],"internalType":"struct Signature","name":"signature","type":"tuple"}],"internalType":"struct SessionGrants.GrantProof","name":"proof","type":"tuple"}],"name":"registerGrant","outputs":[],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[],"name":"registry","outputs":[{"internalType":"contract IdentityRegistry","name":"","type":"address"}],"stateMutability":"view","type":"function"},
    {"inputs":[{"internalType":"address","name":"payer","type":"address"}],"name":"reserveOf","outputs":[{"components":[{"internalType":"uint64","name":"share","type":"uint64"},{"internalType":"uint64","name":"round","type":"uint64"},{"internalType":"uint8","name":"drawers","type":"uint8"}],"internalType":"struct PayerAccounts.Reserve","name":"","type":"tuple"}],"stateMutability":"view","type":"function"},
    {"inputs":[],"name":"revokeDelaySeconds","outputs":[{"internalType":"uint48","name":"","type":"uint48"}],"stateMutability":"view","type":"function"},
    {"inputs":[{"internalType":"address","name":"session","type":"address"}],"name":"revokeSession","outputs":[],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[{"internalType":"address","name":"payer","type":"address"},{"internalType":"address","name":"session","type":"address"}],"name":"sessionOf","outputs":[{"components":[{"internalType":"uint64","name":"spent","type":"uint64"},{"internalType":"uint48","name":"revokedFrom","type":"uint48"}],"internalType":"struct SessionGrants.Session","name":"","type":"tuple"}],"stateMutability":"view","type":"function"},
    {"inputs":[{"internalType":"uint256","name":"value","type":"uint256"},{"internalType":"uint256","name":"deadline","type":"uint256"},{"internalType":"uint8","name":"v","type":"uint8"},{"internalType":"bytes32","name":"r","type":"bytes32"},{"internalType":"bytes32","name":"s","type":"bytes32"}],"name":"takePermit","outputs":[],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[{"internalType":"uint64","name":"amount","type":"uint64"}],"name":"thaw","outputs":[],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[{"internalType":"address[]","name":"miners","type":"address[]"},{"internalType":"uint64[]","name":"amounts","type":"uint64[]"}],"name":"thawChannels","outputs":[],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[],"name":"thawSeconds","outputs":[{"internalType":"uint40","name":"","type":"uint40"}],"stateMutability":"view","type":"function"},
    {"inputs":[],"name":"token","outputs":[{"internalType":"contract IERC20","name":"","type":"address"}],"stateMutability":"view","type":"function"},
    {"inputs":[],"name":"unburned","outputs":[{"internalType":"uint256","name":"","type":"uint256"}],"stateMutability":"view","type":"function"},
    {"inputs":[],"name":"vault","outputs":[{"internalType":"contract StakeVault","name":"","type":"address"}],"stateMutability":"view","type":"function"},
    {"inputs":[],"name":"withdraw","outputs":[{"internalType":"uint64","name":"amount","type":"uint64"}],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[{"internalType":"address[]","name":"miners","type":"address[]"}],"name":"withdrawChannels","outputs":[{"internalType":"uint64","name":"amount","type":"uint64"}],"stateMutability":"nonpayable","type":"function"},
  ],
  storage: {"unburned":0,"_accounts":1,"_channels":2,"_reserves":3,"_draws":4,"_grants":5,"_allowed":6,"_sessions":7,"_counters":8,"_owed":9},
  runtime: {"hash":"0xb31aae35925af8b76fb95b251f2afd774056439776ecf863e1af554981437c5b","bytes":21402,"immutables":[[1263,32],[1309,32],[1942,32],[2019,32],[2485,32],[2532,32],[2568,32],[2606,32],[2948,32],[4774,32],[4857,32],[4970,32],[7684,32],[8591,32],[9518,32],[9560,32],[9604,32],[9904,32],[10657,32],[11857,32],[12223,32],[12476,32],[13626,32]]},
  bytecode:
    '0x6101c0604052348015610010575f5ffd5b506040516158fd3803806158fd83398101604081905261002f916103a6565b808783876001600160a01b031663fc0c546a6040518163ffffffff1660e01b8152600401602060405180830381865afa15801561006e573d5f5f3e3d5ffd5b505050506040513d601f19601f820116820180604052508101906100929190610441565b875f826001600160a01b03166318160ddd6040518163ffffffff1660e01b8152600401602060405180830381865afa1580156100d0573d5f5f3e3d5ffd5b505050506040513d601f19601f820116820180604052508101906100f49190610463565b90506001600160401b038111156101265760405163c1df868560e01b8152600481018290526024015b60405180910390fd5b506001600160a01b03909116608052151560a05264ffffffffff1660c05260e081905246610100526101f481604080517fa604fff5a27d5951f334ccda7abff3286a8af29caeeb196a6f2b40a1dce7612b6020808301919091527fe964903b5c228c6586e09c4be5f158e9807240a2b4ceffc8c5ce593c202fbf7b828401527fc89efdaa54c0f20c7adf612882df0950f5a951637e0307cdcb4c672f298b8bc6606083015246608083015260a0808301949094528251808303909401845260c0909101909152815191012090565b610120525065ffffffffffff1661014052610212600a61271061047a565b8361ffff161115610259578261022b600a61271061047a565b604051635fc9d75560e01b815261ffff90921660048301526001600160401b0316602482015260440161011d565b6001600160a01b03808716610180528581166101a05261ffff8416610160526080516102889116865f19610294565b50505050505050610499565b6102a08383835f610313565b61030e576102b183835f6001610313565b6102d957604051635274afe760e01b81526001600160a01b038416600482015260240161011d565b6102e68383836001610313565b61030e57604051635274afe760e01b81526001600160a01b038416600482015260240161011d565b505050565b60405163095ea7b360e01b5f8181526001600160a01b038616600452602485905291602083604481808b5af1925060015f5114831661036957838315161561035d573d5f823e3d81fd5b5f873b113d1516831692505b60405250949350505050565b6001600160a01b0381168114610389575f5ffd5b50565b805165ffffffffffff811681146103a1575f5ffd5b919050565b5f5f5f5f5f5f5f60e0888a0312156103bc575f5ffd5b8751965060208801516103ce81610375565b60408901519096506103df81610375565b606089015190955080151581146103f4575f5ffd5b608089015190945061ffff8116811461040b575f5ffd5b60a089015190935064ffffffffff81168114610425575f5ffd5b915061043360c0890161038c565b905092959891949750929550565b5f60208284031215610451575f5ffd5b815161045c81610375565b9392505050565b5f60208284031215610473575f5ffd5b5051919050565b5f8261049457634e487b7160e01b5f52601260045260245ffd5b500490565b60805160a05160c05160e05161010051610120516101405161016051610180516101a05161539a6105635f395f81816109e401528181612fbf01526130bc01525f81816104ef0152612e5101525f8181610796015261353a01525f818161051d0152610b8401525f61258401525f61252e01525f81816109b5015261255801525f81816107e301528181611e04015261218f01525f6112a601525f8181610a0801528181610a2e015281816112f90152818161136a015281816126b001526129a1015261539a5ff3fe608060405234801561000f575f5ffd5b5060043610610283575f3560e01c80637b4a5e4a11610157578063cc24b879116100d2578063e9efa60a11610088578063f698da251161006e578063f698da25146109d7578063fbfa77cf146109df578063fc0c546a14610a06575f5ffd5b8063e9efa60a1461099d578063f1e3143b146109b0575f5ffd5b8063e10cda61116100b8578063e10cda611461081b578063e5d831411461082e578063e67ca67714610836575f5ffd5b8063cc24b879146107cb578063cf9aebee146107de575f5ffd5b8063a2b8517311610127578063adb8d4411161010d578063adb8d44114610764578063b0cdfaf31461077e578063b8606eef14610791575f5ffd5b8063a2b851731461073a578063ac9650d814610744575f5ffd5b80637b4a5e4a146105115780637f55dcd6146105185780638086b8ba146105565780639fa77b201461067d575f5ffd5b80633ccfd60b116102015780635e8ee7a9116101b757806375d2645a1161019d57806375d2645a1461043557806375ee1dfd146104485780637b103999146104ea575f5ffd5b80635e8ee7a914610402578063740240e514610422575f5ffd5b80634a85e093116101e75780634a85e093146103685780634b9a8a021461037b57806350490e2f1461038e575f5ffd5b80633ccfd60b1461035857806344df8e7014610360575f5ffd5b80632d1d2c1311610256578063344a5d7a1161023c578063344a5d7a1461032a578063355154f5146103325780633c3913c314610345575f5ffd5b80632d1d2c13146102e857806332cddef4146102fe575f5ffd5b806303fd2a45146102875780630556d863146102ad57806313765838146102c25780631fa5d6a4146102d5575b5f5ffd5b61029061dead81565b6040516001600160a01b0390911681526020015b60405180910390f35b6102c06102bb3660046148ed565b610a2c565b005b6102c06102d0366004614953565b610aeb565b6102c06102e336600461498b565b610af8565b6102f05f5481565b6040519081526020016102a4565b61031161030c3660046149a6565b610c4a565b60405167ffffffffffffffff90911681526020016102a4565b6102f0604081565b610311610340366004614a1e565b610d44565b6102c0610353366004614a1e565b610fb5565b610311611104565b6102c0611284565b6102c0610376366004614a5d565b6113c9565b6102c0610389366004614a95565b6118f4565b6103a161039c366004614b01565b611bb9565b6040516102a491905f60a08201905067ffffffffffffffff835116825267ffffffffffffffff602084015116602083015265ffffffffffff604084015116604083015260608301511515606083015260808301511515608083015292915050565b610415610410366004614b81565b611cc7565b6040516102a49190614be1565b6102c0610430366004614953565b611cd3565b610311610443366004614c72565b611edc565b6104bd6104563660046149a6565b6040805180820182525f80825260209182018190526001600160a01b039485168152600782528281209390941684529182529182902082518084019093525467ffffffffffffffff8116835268010000000000000000900465ffffffffffff169082015290565b60408051825167ffffffffffffffff16815260209283015165ffffffffffff1692810192909252016102a4565b6102907f000000000000000000000000000000000000000000000000000000000000000081565b6102905f81565b61053f7f000000000000000000000000000000000000000000000000000000000000000081565b60405165ffffffffffff90911681526020016102a4565b61061e61056436600461498b565b604080516080810182525f808252602082018190529181018290526060810191909152506001600160a01b03165f908152600160209081526040918290208251608081018452905467ffffffffffffffff80821683526801000000000000000082041692820192909252700100000000000000000000000000000000820464ffffffffff1692810192909252750100000000000000000000000000000000000000000090046affffffffffffffffffffff16606082015290565b6040516102a491905f60808201905067ffffffffffffffff835116825267ffffffffffffffff602084015116602083015264ffffffffff60408401511660408301526affffffffffffffffffffff606084015116606083015292915050565b61070661068b36600461498b565b60408051606080820183525f80835260208084018290529284018190526001600160a01b039490941684526003825292829020825193840183525467ffffffffffffffff80821685526801000000000000000082041691840191909152700100000000000000000000000000000000900460ff169082015290565b60408051825167ffffffffffffffff9081168252602080850151909116908201529181015160ff16908201526060016102a4565b61053f6203f48081565b610757610752366004614a1e565b611f4f565b6040516102a49190614cc0565b61076c604081565b60405160ff90911681526020016102a4565b61031161078c366004614c72565b612035565b6107b87f000000000000000000000000000000000000000000000000000000000000000081565b60405161ffff90911681526020016102a4565b6104156107d9366004614d80565b6120f8565b6108057f000000000000000000000000000000000000000000000000000000000000000081565b60405164ffffffffff90911681526020016102a4565b6102c0610829366004614a95565b612147565b6102c0612459565b6109356108443660046149a6565b6040805160a0810182525f80825260208201819052918101829052606081018290526080810191909152506001600160a01b039182165f908152600260209081526040808320939094168252918252829020825160a081018452905467ffffffffffffffff8082168352680100000000000000008204811693830193909352700100000000000000000000000000000000810464ffffffffff16938201939093527501000000000000000000000000000000000000000000830490911660608201527d01000000000000000000000000000000000000000000000000000000000090910460ff161515608082015290565b6040516102a491905f60a08201905067ffffffffffffffff835116825267ffffffffffffffff602084015116602083015264ffffffffff604084015116604083015267ffffffffffffffff606084015116606083015260808301511515608083015292915050565b6102c06109ab366004614de0565b61251d565b6102f07f000000000000000000000000000000000000000000000000000000000000000081565b6102f061252b565b6102907f000000000000000000000000000000000000000000000000000000000000000081565b7f0000000000000000000000000000000000000000000000000000000000000000610290565b7f00000000000000000000000000000000000000000000000000000000000000006040517fd505accf000000000000000000000000000000000000000000000000000000008152336004820152306024820152604481018790526064810186905260ff8516608482015260a4810184905260c481018390526001600160a01b03919091169063d505accf9060e4015f604051808303815f87803b158015610ad1575f5ffd5b505af1925050508015610ae2575060015b505b5050505050565b610af533826125a6565b50565b335f9081526007602090815260408083206001600160a01b03851684529091529020805468010000000000000000900465ffffffffffff1615610b77576040517f094b3c1d0000000000000000000000000000000000000000000000000000000081526001600160a01b03831660048201526024015b60405180910390fd5b5f610baa65ffffffffffff7f00000000000000000000000000000000000000000000000000000000000000001642614e40565b9050610bb58161270f565b825465ffffffffffff9190911668010000000000000000027fffffffffffffffffffffffffffffffffffff000000000000ffffffffffffffff9091161782556001600160a01b038316337f2b95c1dc0daa020e119f75ff153d0aea139be9d08a62158074c10ae1a379bb38610c298461275e565b60405167ffffffffffffffff909116815260200160405180910390a3505050565b6001600160a01b038281165f818152600260209081526040808320948616835293815283822082805284832093835260039091529281205482549193929167ffffffffffffffff91821691680100000000000000009091041615610cff5781545f90604090610cd19067ffffffffffffffff68010000000000000000820481169116614e53565b610cdb9190614ea0565b90508167ffffffffffffffff168167ffffffffffffffff161015610cfd578091505b505b610d0a8686836127ad565b8354610d2e9067ffffffffffffffff68010000000000000000820481169116614e53565b610d389190614ecf565b93505050505b92915050565b5f610d4d612885565b5f5b82811015610f3b57335f90815260026020526040812081868685818110610d7857610d78614eef565b9050602002016020810190610d8d919061498b565b6001600160a01b0316815260208101919091526040015f908120805490925068010000000000000000900467ffffffffffffffff1690819003610dfc576040517f1325a15200000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b8154700100000000000000000000000000000000900464ffffffffff16421015610e715781546040517ffdf58da700000000000000000000000000000000000000000000000000000000815270010000000000000000000000000000000090910464ffffffffff166004820152602401610b6e565b8154819083905f90610e8e90849067ffffffffffffffff16614e53565b825467ffffffffffffffff9182166101009390930a92830291909202199091161790555081547fffffffffffffffffffffff00000000000000000000000000ffffffffffffffff1682555f868685818110610eeb57610eeb614eef565b9050602002016020810190610f00919061498b565b6001600160a01b031603610f25578154610f2590339067ffffffffffffffff166128de565b610f2f8185614ecf565b93505050600101610d4f565b508067ffffffffffffffff165f03610f7f576040517f1325a15200000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b610f8881612955565b610d3e6128dc5f7f9b779b17422d0df92223018b32b4d1fa46e071723d6817e2486d003becc55f006128d6565b5f5b818110156110ff57335f90815260026020526040812081858585818110610fe057610fe0614eef565b9050602002016020810190610ff5919061498b565b6001600160a01b0316815260208101919091526040015f908120805490925068010000000000000000900467ffffffffffffffff169003611062576040517f1325a15200000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b80547fffffffffffffffffffffff00000000000000000000000000ffffffffffffffff16815583838381811061109a5761109a614eef565b90506020020160208101906110af919061498b565b604080515f80825260208201526001600160a01b03929092169133917fad8bcd9dc928a74e12c7e0082aba8b68e176f4d58fc928195ae573253e1103c7910160405180910390a350600101610fb7565b505050565b5f61110d612885565b50335f908152600160205260408120805468010000000000000000900467ffffffffffffffff169182900361116e576040517f1325a15200000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b8054700100000000000000000000000000000000900464ffffffffff164210156111e35780546040517ffdf58da700000000000000000000000000000000000000000000000000000000815270010000000000000000000000000000000090910464ffffffffff166004820152602401610b6e565b8054829082905f9061120090849067ffffffffffffffff16614e53565b825467ffffffffffffffff9182166101009390930a92830291909202199091161790555080547fffffffffffffffffffffff00000000000000000000000000ffffffffffffffff16815561125382612955565b506112816128dc5f7f9b779b17422d0df92223018b32b4d1fa46e071723d6817e2486d003becc55f006128d6565b90565b60015f541161128f57565b5f60015f5461129e9190614f1c565b60015f5590507f00000000000000000000000000000000000000000000000000000000000000001561135d576040517f42966c68000000000000000000000000000000000000000000000000000000008152600481018290527f00000000000000000000000000000000000000000000000000000000000000006001600160a01b0316906342966c68906024015f604051808303815f87803b158015611342575f5ffd5b505af1158015611354573d5f5f3e3d5ffd5b50505050611393565b6113936001600160a01b037f00000000000000000000000000000000000000000000000000000000000000001661dead836129ce565b6040518181527fd83c63197e8e676d80ab0122beba9a9d20f3828839e9a1d6fe81d242e9cd7e6e9060200160405180910390a150565b805f6113e26113dd36849003840184614f5c565b612a1c565b90505f6114466113f5602085018561498b565b611405604086016020870161498b565b604080516001600160a01b03938416602080830191909152929093168382015260608084018790528151808503909101815260809093019052815191012090565b5f81815260056020526040902054909150760100000000000000000000000000000000000000000000900460ff161561147f5750505050565b30611490606085016040860161498b565b6001600160a01b0316146114ec576114ae606084016040850161498b565b6040517fc5d0f22d0000000000000000000000000000000000000000000000000000000081526001600160a01b039091166004820152602401610b6e565b6114f9602084018461498b565b6001600160a01b0316611512604085016020860161498b565b6001600160a01b03160361156b5761152d602084018461498b565b6040517f16cb6fe00000000000000000000000000000000000000000000000000000000081526001600160a01b039091166004820152602401610b6e565b5f611579602085018561498b565b6001600160a01b0316336001600160a01b031614806115e257505f6115a1602086018661498b565b6001600160a01b0316141580156115e257506115c0602085018561498b565b6001600160a01b03166115d7848761012001612a6d565b6001600160a01b0316145b905080611634576115f6602085018561498b565b6040517f9e4f48030000000000000000000000000000000000000000000000000000000081526001600160a01b039091166004820152602401610b6e565b60a084013515801561168c5761164e61010087018761503d565b159050611687576040517f3aa7015e00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b6116a8565b6116a88361169e61010089018961503d565b8860a00135612ae9565b5f6203f4806116bd60e0880160c08901614953565b67ffffffffffffffff166116d19190614e40565b90506040518060a001604052808760600160208101906116f19190614953565b67ffffffffffffffff16815260200161171060a0890160808a01614953565b67ffffffffffffffff16815260200165ffffffffffff8311611732578261173a565b65ffffffffffff5b65ffffffffffff908116825260016020808401919091528515156040938401525f888152600582528390208451815486840151878701516060890151608090990151151577010000000000000000000000000000000000000000000000027fffffffffffffffff00ffffffffffffffffffffffffffffffffffffffffffffff991515760100000000000000000000000000000000000000000000027fffffffffffffffffff00ffffffffffffffffffffffffffffffffffffffffffff9290981670010000000000000000000000000000000002919091167fffffffffffffffffff00000000000000ffffffffffffffffffffffffffffffff67ffffffffffffffff93841668010000000000000000027fffffffffffffffffffffffffffffffff00000000000000000000000000000000909516939095169290921792909217929092169190911793909317949094169190911790925586916118a091890190890161498b565b6001600160a01b03166118b6602089018961498b565b6001600160a01b03167f4866ee0597012e1e59282ae04ddc9001bb1afac29407bcb9a51c1228741ccd0060405160405180910390a450505050505050565b82811461192d576040517f5cef887200000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b5f805b84811015611b2a5783838281811061194a5761194a614eef565b905060200201602081019061195f9190614953565b6119739067ffffffffffffffff1683614e40565b335f908152600260205260408120919350908188888581811061199857611998614eef565b90506020020160208101906119ad919061498b565b6001600160a01b03166001600160a01b031681526020019081526020015f2090508484838181106119e0576119e0614eef565b90506020020160208101906119f59190614953565b815482905f90611a1090849067ffffffffffffffff16614ecf565b92506101000a81548167ffffffffffffffff021916908367ffffffffffffffff1602179055505f6001600160a01b0316878784818110611a5257611a52614eef565b9050602002016020810190611a67919061498b565b6001600160a01b031603611a8c578054611a8c90339067ffffffffffffffff16612bd0565b868683818110611a9e57611a9e614eef565b9050602002016020810190611ab3919061498b565b6001600160a01b0316337fb8f4329de9512386bedfa4f86bb1df435db98a54c6adbf8ab8529386a8b23ed1878786818110611af057611af0614eef565b9050602002016020810190611b059190614953565b60405167ffffffffffffffff909116815260200160405180910390a350600101611930565b50335f908152600160205260409020805467ffffffffffffffff1680831115611b9d57611b568361275e565b6040517f5fc9d75500000000000000000000000000000000000000000000000000000000815267ffffffffffffffff91821660048201529082166024820152604401610b6e565b611bb082611bab8584614e53565b612cbb565b50505050505050565b6040805160a080820183525f80835260208084018290528385018290526060808501839052608094850183905285516001600160a01b038a8116828501528916818801528082018890528651808203909201825294850180875281519183019190912083526005909152908490206101208401909452925467ffffffffffffffff8082168552680100000000000000008204169183019190915265ffffffffffff70010000000000000000000000000000000082041660c083015260ff76010000000000000000000000000000000000000000000082048116151560e084015277010000000000000000000000000000000000000000000000909104161515610100909101525b9392505050565b6060611cc08383612d47565b8067ffffffffffffffff165f03611d16576040517f43ad20fc00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b335f9081526001602052604081208054909190611d4b9067ffffffffffffffff68010000000000000000820481169116614e53565b90508067ffffffffffffffff168367ffffffffffffffff161115611daf576040517f5fc9d75500000000000000000000000000000000000000000000000000000000815267ffffffffffffffff808516600483015282166024820152604401610b6e565b815483908390600890611dd990849068010000000000000000900467ffffffffffffffff16614ecf565b92506101000a81548167ffffffffffffffff021916908367ffffffffffffffff160217905550611e3a7f000000000000000000000000000000000000000000000000000000000000000064ffffffffff1642611e359190614e40565b613162565b82547fffffffffffffffffffffff0000000000ffffffffffffffffffffffffffffffff1670010000000000000000000000000000000064ffffffffff9283168102919091178085556040805168010000000000000000830467ffffffffffffffff16815292909104909216602082015233917f94bca62911074b4a6f468e2abc672ea77482d680c58b9bcc872286f848eacec7910160405180910390a2505050565b604080516001600160a01b0380871660208084019190915281871683850152908516606083015260808083018590528351808403909101815260a090920190925280519101205f9060099082905b815260208101919091526040015f205467ffffffffffffffff1690505b949350505050565b604080515f8152602081019091526060908267ffffffffffffffff811115611f7957611f79614f2f565b604051908082528060200260200182016040528015611fac57816020015b6060815260200190600190039081611f975790505b5091505f5b8381101561202d5761200830868684818110611fcf57611fcf614eef565b9050602002810190611fe191906150a1565b85604051602001611ff493929190615102565b6040516020818303038152906040526131ac565b83828151811061201a5761201a614eef565b6020908102919091010152600101611fb1565b505092915050565b5f846001600160a01b0316846001600160a01b0316148015612055575081155b156120a857506001600160a01b038481165f908152600260209081526040808320938616835292905220547501000000000000000000000000000000000000000000900467ffffffffffffffff16611f47565b604080516001600160a01b0380881660208084019190915281881683850152908616606083015260808083018690528351808403909101815260a090920190925280519101206008905f90611f2a565b60605f5b848110156121335761212b86868381811061211957612119614eef565b90506020028101906103769190615125565b6001016120fc565b5061213e8383612d47565b95945050505050565b828114612180576040517f5cef887200000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b5f6121b5611e3564ffffffffff7f00000000000000000000000000000000000000000000000000000000000000001642614e40565b90505f5b84811015610ae257335f908152600260205260408120818888858181106121e2576121e2614eef565b90506020020160208101906121f7919061498b565b6001600160a01b0316815260208101919091526040015f90812080549092506122389067ffffffffffffffff68010000000000000000820481169116614e53565b905085858481811061224c5761224c614eef565b90506020020160208101906122619190614953565b67ffffffffffffffff165f036122a3576040517f43ad20fc00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b8067ffffffffffffffff168686858181106122c0576122c0614eef565b90506020020160208101906122d59190614953565b67ffffffffffffffff16111561230c578585848181106122f7576122f7614eef565b9050602002016020810190611b569190614953565b85858481811061231e5761231e614eef565b90506020020160208101906123339190614953565b8254839060089061235b90849068010000000000000000900467ffffffffffffffff16614ecf565b82546101009290920a67ffffffffffffffff8181021990931691909216919091021790555081547fffffffffffffffffffffff0000000000ffffffffffffffffffffffffffffffff1670010000000000000000000000000000000064ffffffffff8616021782558787848181106123d4576123d4614eef565b90506020020160208101906123e9919061498b565b8254604080516801000000000000000090920467ffffffffffffffff16825264ffffffffff871660208301526001600160a01b03929092169133917fad8bcd9dc928a74e12c7e0082aba8b68e176f4d58fc928195ae573253e1103c7910160405180910390a350506001016121b9565b335f908152600160205260408120805490916801000000000000000090910467ffffffffffffffff1690036124ba576040517f1325a15200000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b80547fffffffffffffffffffffff00000000000000000000000000ffffffffffffffff168155604080515f808252602082015233917f94bca62911074b4a6f468e2abc672ea77482d680c58b9bcc872286f848eacec7910160405180910390a250565b61252782826125a6565b5050565b5f7f000000000000000000000000000000000000000000000000000000000000000046146125815761257c7f000000000000000000000000000000000000000000000000000000000000000061327e565b905090565b507f000000000000000000000000000000000000000000000000000000000000000090565b6125ae612885565b8067ffffffffffffffff165f036125f1576040517f43ad20fc00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b6001600160a01b0382165f908152600160205260408120805483929061262290849067ffffffffffffffff16614ecf565b92506101000a81548167ffffffffffffffff021916908367ffffffffffffffff160217905550336001600160a01b0316826001600160a01b03167f56b78ff574d1f4febd28fdc15b6490c8384ccc7aab92c4a48d47ff45e01e5d648360405161269b919067ffffffffffffffff91909116815260200190565b60405180910390a36126e26001600160a01b037f000000000000000000000000000000000000000000000000000000000000000016333067ffffffffffffffff851661330d565b6125276128dc5f7f9b779b17422d0df92223018b32b4d1fa46e071723d6817e2486d003becc55f006128d6565b5f65ffffffffffff82111561275a576040517f6dfcc6500000000000000000000000000000000000000000000000000000000081526030600482015260248101839052604401610b6e565b5090565b5f67ffffffffffffffff82111561275a57604080517f6dfcc650000000000000000000000000000000000000000000000000000000008152600481019190915260248101839052604401610b6e565b6001600160a01b038084165f9081526003602090815260408083206004835281842094871684529390915281208254815492939267ffffffffffffffff68010000000000000000909204821691160361285257805467ffffffffffffffff808616680100000000000000009092041610612827575f612849565b80546128499068010000000000000000900467ffffffffffffffff1685614e53565b92505050611cc0565b8154604070010000000000000000000000000000000090910460ff1610612879575f61287b565b835b9695505050505050565b6128af7f9b779b17422d0df92223018b32b4d1fa46e071723d6817e2486d003becc55f005c61335c565b6128dc60017f9b779b17422d0df92223018b32b4d1fa46e071723d6817e2486d003becc55f005b90613393565b565b6001600160a01b0382165f9081526003602052604080822091906129029084614ea0565b825490915067ffffffffffffffff908116908216101561294f5781547fffffffffffffffffffffffffffffffffffffffffffffffff00000000000000001667ffffffffffffffff82161782555b50505050565b60405167ffffffffffffffff8216815233907fbae95d59332d6e1e8f1ae78e7bebdaeef072d57b731c8790a636667e3a0a87ee9060200160405180910390a2610af56001600160a01b037f0000000000000000000000000000000000000000000000000000000000000000163367ffffffffffffffff84165b6129db838383600161339a565b6110ff576040517f5274afe70000000000000000000000000000000000000000000000000000000081526001600160a01b0384166004820152602401610b6e565b5f7f6b274daf1412b36179fd76e754fd944d87df40e624953826f0569278eb94a41f82604051602001612a50929190615161565b604051602081830303815290604052805190602001209050919050565b5f5f612a7761252b565b6040517f190100000000000000000000000000000000000000000000000000000000000060208201526022810191909152604281018590526062016040516020818303038152906040528051906020012090505f612add82855f01358660200135613415565b50909695505050505050565b6040821180612b205750808383604051602001612b07929190615218565b6040516020818303038152906040528051906020012014155b15612b57576040517f3aa7015e00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b5f5b82811015610ae4575f858152600660205260408120600191868685818110612b8357612b83614eef565b602090810292909201358352508101919091526040015f2080547fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff0016911515919091179055600101612b59565b6001600160a01b0382165f908152600360205260408082209190612bf49084614ea0565b825490915067ffffffffffffffff9081169082161015612c145750505050565b81547fffffffffffffffffffffffffffffffffffffffffffffffff00000000000000001667ffffffffffffffff828116919091178084556001918491600891612c6c9185916801000000000000000090910416614ecf565b825467ffffffffffffffff9182166101009390930a9283029190920219909116179055505080547fffffffffffffffffffffffffffffff00ffffffffffffffffffffffffffffffff1690555050565b81547fffffffffffffffffffffffffffffffffffffffffffffffff00000000000000001667ffffffffffffffff82811691821780855568010000000000000000900416111561252757815467ffffffffffffffff821668010000000000000000027fffffffffffffffffffffffffffffffff0000000000000000ffffffffffffffff9091161782555050565b6060612d51612885565b8167ffffffffffffffff811115612d6a57612d6a614f2f565b604051908082528060200260200182016040528015612dae57816020015b604080518082019091525f8082526020820152815260200190600190039081612d885790505b5090505f80808080805b878110156130635736898983818110612dd357612dd3614eef565b61012002919091019150506001600160a01b038616612df8606083016040840161498b565b6001600160a01b031614612ebf57612e16606082016040830161498b565b6040517f14afd79e0000000000000000000000000000000000000000000000000000000081526001600160a01b0380831660048301529197507f0000000000000000000000000000000000000000000000000000000000000000909116906314afd79e90602401602060405180830381865afa158015612e98573d5f5f3e3d5ffd5b505050506040513d601f19601f82011682018060405250810190612ebc9190615258565b94505b5f5f612ecb8388613460565b9150915081818b8681518110612ee357612ee3614eef565b60200260200101515f018c8781518110612eff57612eff614eef565b6020026020010151602001826009811115612f1c57612f1c614bb4565b6009811115612f2d57612f2d614bb4565b905267ffffffffffffffff92831690525082165f03612f4e5750505061305b565b886001600160a01b0316876001600160a01b03161461301e5767ffffffffffffffff861615613017576040517ff5ae9f3f0000000000000000000000000000000000000000000000000000000081526001600160a01b038a8116600483015267ffffffffffffffff881660248301527f0000000000000000000000000000000000000000000000000000000000000000169063f5ae9f3f906044015f604051808303815f87803b158015613000575f5ffd5b505af1158015613012573d5f5f3e3d5ffd5b505050505b8698505f95505b5f6130288361352e565b905061303e67ffffffffffffffff821687614e40565b955061304a8184614e53565b6130549088614ecf565b9650505050505b600101612db8565b5067ffffffffffffffff821615613114576040517ff5ae9f3f0000000000000000000000000000000000000000000000000000000081526001600160a01b03868116600483015267ffffffffffffffff841660248301527f0000000000000000000000000000000000000000000000000000000000000000169063f5ae9f3f906044015f604051808303815f87803b1580156130fd575f5ffd5b505af115801561310f573d5f5f3e3d5ffd5b505050505b801561313057805f5f82825461312a9190614e40565b90915550505b5050505050610d3e6128dc5f7f9b779b17422d0df92223018b32b4d1fa46e071723d6817e2486d003becc55f006128d6565b5f64ffffffffff82111561275a576040517f6dfcc6500000000000000000000000000000000000000000000000000000000081526028600482015260248101839052604401610b6e565b60605f6131b98484613574565b90508080156131da57505f3d11806131da57505f846001600160a01b03163b115b156131ef576131e7613587565b915050610d3e565b8015613232576040517f9996b3150000000000000000000000000000000000000000000000000000000081526001600160a01b0385166004820152602401610b6e565b3d15613245576132406135a0565b613277565b6040517fd6bda27500000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b5092915050565b604080517fa604fff5a27d5951f334ccda7abff3286a8af29caeeb196a6f2b40a1dce7612b60208201527fe964903b5c228c6586e09c4be5f158e9807240a2b4ceffc8c5ce593c202fbf7b918101919091527fc89efdaa54c0f20c7adf612882df0950f5a951637e0307cdcb4c672f298b8bc6606082015246608082015260a081018290525f9060c001612a50565b61331b8484848460016135ab565b61294f576040517f5274afe70000000000000000000000000000000000000000000000000000000081526001600160a01b0385166004820152602401610b6e565b156128dc576040517f3ee5aeb500000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b80825d5050565b6040517fa9059cbb000000000000000000000000000000000000000000000000000000005f8181526001600160a01b038616600452602485905291602083604481808b5af1925060015f511483166134095783831516156133fd573d5f823e3d81fd5b5f873b113d1516831692505b60405250949350505050565b5f80807f7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff8416601b60ff86901c0161344f88828985613631565b945094509450505093509350939050565b5f806001600160a01b03831661347b57505f90506004613527565b61348484613717565b61349357505f90506003613527565b6134a0602085018561498b565b6001600160a01b03166134b9604086016020870161498b565b6001600160a01b0316146134da576134d1848461382b565b91509150613527565b6080840135156134ef57505f90506005613527565b60608401351561351857613513848461350e60c0830160a08401614953565b613aec565b613522565b6135228484613ddd565b915091505b9250929050565b5f61271061356a61ffff7f00000000000000000000000000000000000000000000000000000000000000001667ffffffffffffffff8516615273565b610d3e919061528a565b5f5f5f835160208501865af49392505050565b6040513d81523d5f602083013e3d602001810160405290565b6040513d5f823e3d81fd5b6040517f23b872dd000000000000000000000000000000000000000000000000000000005f8181526001600160a01b038781166004528616602452604485905291602083606481808c5af1925060015f51148316613620578383151615613614573d5f823e3d81fd5b5f883b113d1516831692505b604052505f60605295945050505050565b5f80807f7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a084111561366a57505f9150600390508261370d565b604080515f808252602082018084528a905260ff891692820192909252606081018790526080810186905260019060a0016020604051602081039080840390855afa1580156136bb573d5f5f3e3d5ffd5b50506040517fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe001519150506001600160a01b03811661370457505f92506001915082905061370d565b92505f91508190505b9450945094915050565b5f5f6137cf604051806101000160405280855f01602081019061373a919061498b565b6001600160a01b0316815260200185602001602081019061375b919061498b565b6001600160a01b03168152602001613779606087016040880161498b565b6001600160a01b03168152606080870135602083015230604083015260808088013591830191909152016137b360c0870160a08801614953565b67ffffffffffffffff1681526020018560c00135815250613fe2565b90505f6137e2604085016020860161498b565b6001600160a01b031614158015611cc05750613804604084016020850161498b565b6001600160a01b031661381a828560e001612a6d565b6001600160a01b0316149392505050565b5f80808061385e61383f602088018861498b565b61384f6040890160208a0161498b565b88608001358960600135614016565b915091508160600151613879575f6005935093505050613527565b8061388c575f6008935093505050613527565b816040015165ffffffffffff164211156138ae575f6006935093505050613527565b5f6007816138bf60208a018a61498b565b6001600160a01b03166001600160a01b031681526020019081526020015f205f8860200160208101906138f2919061498b565b6001600160a01b0316815260208082019290925260409081015f208151808301909252805467ffffffffffffffff8116835268010000000000000000900465ffffffffffff169282018390529250901580159061395b5750806020015165ffffffffffff164210155b15613970575f60099550955050505050613527565b805184515f9167ffffffffffffffff90811691161161398f575f61399d565b8151855161399d9190614e53565b90505f600881613a296139b360208e018e61498b565b8d60200160208101906139c6919061498b565b8e60400160208101906139d9919061498b565b8f60600135604080516001600160a01b03958616602080830191909152948616818301529290941660608301526080808301919091528351808303909101815260a0909101909252815191012090565b815260208101919091526040015f9081205467ffffffffffffffff9081169250613a5590841683614e40565b90505f876020015167ffffffffffffffff168210613a77578760200151613a79565b815b9050613a868c8c83613aec565b909a50985067ffffffffffffffff8a1615613add578451613aa8908b90614ecf565b86547fffffffffffffffffffffffffffffffffffffffffffffffff00000000000000001667ffffffffffffffff919091161786555b50505050505050509250929050565b5f8080613b6f613aff602088018861498b565b613b0f6040890160208a0161498b565b613b1f60608a0160408b0161498b565b8960600135604080516001600160a01b03958616602080830191909152948616818301529290941660608301526080808301919091528351808303909101815260a0909101909252815191012090565b5f81815260086020526040902080549192509067ffffffffffffffff1680613b9d60c08a0160a08b01614953565b67ffffffffffffffff1611613bbb575f600194509450505050613dd5565b5f67ffffffffffffffff8716613bd760c08b0160a08c01614953565b67ffffffffffffffff1610613bec5786613bfc565b613bfc60c08a0160a08b01614953565b90508167ffffffffffffffff168167ffffffffffffffff1611613c29575f60079550955050505050613dd5565b5f613c348383614e53565b9050613cc3613c4660208c018c61498b565b613c5660608d0160408e0161498b565b60025f8e5f016020810190613c6b919061498b565b6001600160a01b03166001600160a01b031681526020019081526020015f205f8e6040016020810190613c9e919061498b565b6001600160a01b03166001600160a01b031681526020019081526020015f2084614150565b9650613ccf8784614ecf565b84547fffffffffffffffffffffffffffffffffffffffffffffffff00000000000000001667ffffffffffffffff918216178555818116908816108080613d225750845468010000000000000000900460ff165b15613d6a57613d328b838a61423d565b855490151568010000000000000000027fffffffffffffffffffffffffffffffffffffffffffffff00ffffffffffffffff9091161785555b613d808b8b613d798b88614ecf565b8b8561448b565b96505f876009811115613d9557613d95614bb4565b148015613dc45750613dad60c08c0160a08d01614953565b67ffffffffffffffff168367ffffffffffffffff16105b15613dce57600796505b5050505050505b935093915050565b5f8080600281613df0602088018861498b565b6001600160a01b03166001600160a01b031681526020019081526020015f205f866040016020810190613e23919061498b565b6001600160a01b0316815260208101919091526040015f2080549091507501000000000000000000000000000000000000000000900467ffffffffffffffff1680613e7460c0880160a08901614953565b67ffffffffffffffff1611613e91575f6001935093505050613527565b5f81613ea360c0890160a08a01614953565b613ead9190614e53565b9050613ed6613ebf602089018961498b565b613ecf60608a0160408b0161498b565b8584614150565b9450613ee28583614ecf565b83547fffffff0000000000000000ffffffffffffffffffffffffffffffffffffffffff16750100000000000000000000000000000000000000000067ffffffffffffffff92831602178455818116908616108080613f62575083547d010000000000000000000000000000000000000000000000000000000000900460ff165b15613fbf57613f7288838861423d565b84549015157d010000000000000000000000000000000000000000000000000000000000027fffff00ffffffffffffffffffffffffffffffffffffffffffffffffffffffffff9091161784555b613fd58888613fce8987614ecf565b898561448b565b9450505050509250929050565b5f7fc6eb6a85c0f8df2f7e23be66478a6cfe5e68a9d1e6b57b231cc1db46ccae37c982604051602001612a5092919061529d565b6040805160a080820183525f80835260208084018290528385018290526060808501839052608094850183905285516001600160a01b038b8116828501528a16818801528082018990528651808203909201825294850180875281519183019190912080845260059092528583206101208601909652945467ffffffffffffffff8082168752680100000000000000008204169385019390935265ffffffffffff70010000000000000000000000000000000084041660c085015260ff76010000000000000000000000000000000000000000000084048116151560e0860152770100000000000000000000000000000000000000000000009093049092161515610100909301839052918061414457505f81815260066020908152604080832087845290915290205460ff165b91505094509492505050565b5f61415b8383614570565b90508167ffffffffffffffff168167ffffffffffffffff160315611f475761418d85856141888486614e53565b61466b565b6141979082614ecf565b90508167ffffffffffffffff168167ffffffffffffffff160315611f47576001600160a01b0385165f9081526001602052604081208054909167ffffffffffffffff90911690816141e88587614e53565b67ffffffffffffffff16106141fd5781614207565b6142078486614e53565b905067ffffffffffffffff8116156142275761422783611bab8385614e53565b6142318185614ecf565b98975050505050505050565b5f806142bf61424f602087018761498b565b61425f604088016020890161498b565b61426f6060890160408a0161498b565b8860600135604080516001600160a01b03958616602080830191909152948616818301529290941660608301526080808301919091528351808303909101815260a0909101909252815191012090565b90505f6001816142d2602089018961498b565b6001600160a01b0316815260208082019290925260409081015f90812085825260099093529081205491925067ffffffffffffffff9182169186908816831061431b578261431d565b875b6143279190614e53565b835490915067ffffffffffffffff8083169161436b91851690750100000000000000000000000000000000000000000090046affffffffffffffffffffff1661533b565b614375919061535e565b83546affffffffffffffffffffff9190911675010000000000000000000000000000000000000000000274ffffffffffffffffffffffffffffffffffffffffff9091161783555f848152600960205260409020805467ffffffffffffffff83167fffffffffffffffffffffffffffffffffffffffffffffffff0000000000000000909116811790915515614474576144136060890160408a0161498b565b6001600160a01b031661442960208a018a61498b565b60405167ffffffffffffffff841681526001600160a01b0391909116907f914e5ed9bd88c374829364c98cdcabff446835cc702940bafc3ff569376916839060200160405180910390a35b67ffffffffffffffff161515979650505050505050565b5f67ffffffffffffffff831615614559576001600160a01b0385166144b6606088016040890161498b565b6001600160a01b03166144cc602089018961498b565b6001600160a01b03167fa67643838541e93867bd2be29043cf60240630b0fd3eec7f98b1e68fe58f17fe61450660408b0160208c0161498b565b8a6060013589896145168b61352e565b604080516001600160a01b03969096168652602086019490945267ffffffffffffffff928316858501529082166060850152166080830152519081900360a00190a45b81614564575f61287b565b60029695505050505050565b81545f9067ffffffffffffffff908116908316811161458f5780614591565b825b91508167ffffffffffffffff165f036145ad575f915050610d3e565b6145b78282614e53565b84547fffffffffffffffffffffffffffffffffffffffffffffffff00000000000000001667ffffffffffffffff919091161784556145f58282614e53565b845467ffffffffffffffff918216680100000000000000009091049091161115613277576146238282614e53565b845467ffffffffffffffff9190911668010000000000000000027fffffffffffffffffffffffffffffffff0000000000000000ffffffffffffffff9091161784555092915050565b6001600160a01b0383165f9081526003602052604081208054829061469d908790879067ffffffffffffffff166127ad565b90508067ffffffffffffffff165f036146ba575f92505050611cc0565b6001600160a01b0386165f9081526002602090815260408083208380529091529020805467ffffffffffffffff680100000000000000009091048116906147149083908581169089161061470e5784614570565b87614570565b94508467ffffffffffffffff165f03614733575f945050505050611cc0565b67ffffffffffffffff8116156147b0578467ffffffffffffffff168167ffffffffffffffff1611614764575f61476e565b61476e8582614e53565b825467ffffffffffffffff9190911668010000000000000000027fffffffffffffffffffffffffffffffff0000000000000000ffffffffffffffff9091161782555b6001600160a01b038089165f908152600460209081526040808320938b168352929052208454815467ffffffffffffffff68010000000000000000909204821691160361484c5780548690829060089061482190849068010000000000000000900467ffffffffffffffff16614ecf565b92506101000a81548167ffffffffffffffff021916908367ffffffffffffffff1602179055506148e1565b84546001908690601090614878908490700100000000000000000000000000000000900460ff16615381565b825460ff9182166101009390930a9283029190920219909116179055508454815467ffffffffffffffff888116680100000000000000009081027fffffffffffffffffffffffffffffffff00000000000000000000000000000000909316930416919091171781555b50505050509392505050565b5f5f5f5f5f60a08688031215614901575f5ffd5b8535945060208601359350604086013560ff8116811461491f575f5ffd5b94979396509394606081013594506080013592915050565b803567ffffffffffffffff8116811461494e575f5ffd5b919050565b5f60208284031215614963575f5ffd5b611cc082614937565b6001600160a01b0381168114610af5575f5ffd5b803561494e8161496c565b5f6020828403121561499b575f5ffd5b8135611cc08161496c565b5f5f604083850312156149b7575f5ffd5b82356149c28161496c565b915060208301356149d28161496c565b809150509250929050565b5f5f83601f8401126149ed575f5ffd5b50813567ffffffffffffffff811115614a04575f5ffd5b6020830191508360208260051b8501011115613527575f5ffd5b5f5f60208385031215614a2f575f5ffd5b823567ffffffffffffffff811115614a45575f5ffd5b614a51858286016149dd565b90969095509350505050565b5f60208284031215614a6d575f5ffd5b813567ffffffffffffffff811115614a83575f5ffd5b82016101608185031215611cc0575f5ffd5b5f5f5f5f60408587031215614aa8575f5ffd5b843567ffffffffffffffff811115614abe575f5ffd5b614aca878288016149dd565b909550935050602085013567ffffffffffffffff811115614ae9575f5ffd5b614af5878288016149dd565b95989497509550505050565b5f5f5f60608486031215614b13575f5ffd5b8335614b1e8161496c565b92506020840135614b2e8161496c565b929592945050506040919091013590565b5f5f83601f840112614b4f575f5ffd5b50813567ffffffffffffffff811115614b66575f5ffd5b60208301915083602061012083028501011115613527575f5ffd5b5f5f60208385031215614b92575f5ffd5b823567ffffffffffffffff811115614ba8575f5ffd5b614a5185828601614b3f565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52602160045260245ffd5b602080825282518282018190525f918401906040840190835b81811015614c67578351805167ffffffffffffffff16845260200151600a8110614c4b577f4e487b71000000000000000000000000000000000000000000000000000000005f52602160045260245ffd5b6020848101919091529390930192604090920191600101614bfa565b509095945050505050565b5f5f5f5f60808587031215614c85575f5ffd5b8435614c908161496c565b93506020850135614ca08161496c565b92506040850135614cb08161496c565b9396929550929360600135925050565b5f602082016020835280845180835260408501915060408160051b8601019250602086015f5b82811015614d74577fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc0878603018452815180518087528060208301602089015e5f6020828901015260207fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0601f83011688010196505050602082019150602084019350600181019050614ce6565b50929695505050505050565b5f5f5f5f60408587031215614d93575f5ffd5b843567ffffffffffffffff811115614da9575f5ffd5b614db5878288016149dd565b909550935050602085013567ffffffffffffffff811115614dd4575f5ffd5b614af587828801614b3f565b5f5f60408385031215614df1575f5ffd5b8235614dfc8161496c565b9150614e0a60208401614937565b90509250929050565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601160045260245ffd5b80820180821115610d3e57610d3e614e13565b67ffffffffffffffff8281168282160390811115610d3e57610d3e614e13565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601260045260245ffd5b5f67ffffffffffffffff831680614eb957614eb9614e73565b8067ffffffffffffffff84160491505092915050565b67ffffffffffffffff8181168382160190811115610d3e57610d3e614e13565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52603260045260245ffd5b81810381811115610d3e57610d3e614e13565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52604160045260245ffd5b5f610100828403128015614f6e575f5ffd5b50604051610100810167ffffffffffffffff81118282101715614fb8577f4e487b71000000000000000000000000000000000000000000000000000000005f52604160045260245ffd5b604052614fc483614980565b8152614fd260208401614980565b6020820152614fe360408401614980565b6040820152614ff460608401614937565b606082015261500560808401614937565b608082015260a0838101359082015261502060c08401614937565b60c082015261503160e08401614937565b60e08201529392505050565b5f5f83357fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe1843603018112615070575f5ffd5b83018035915067ffffffffffffffff82111561508a575f5ffd5b6020019150600581901b3603821315613527575f5ffd5b5f5f83357fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe18436030181126150d4575f5ffd5b83018035915067ffffffffffffffff8211156150ee575f5ffd5b602001915036819003821315613527575f5ffd5b828482375f8382015f815283518060208601835e5f910190815295945050505050565b5f82357ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffea1833603018112615157575f5ffd5b9190910192915050565b5f610120820190508382526001600160a01b0383511660208301526001600160a01b0360208401511660408301526001600160a01b03604084015116606083015260608301516151bd608084018267ffffffffffffffff169052565b50608083015167ffffffffffffffff811660a08401525060a083015160c083015260c08301516151f960e084018267ffffffffffffffff169052565b5060e083015167ffffffffffffffff8116610100840152509392505050565b5f7f07ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff831115615245575f5ffd5b8260051b80858437919091019392505050565b5f60208284031215615268575f5ffd5b8151611cc08161496c565b8082028115828204841417610d3e57610d3e614e13565b5f8261529857615298614e73565b500490565b5f610120820190508382526001600160a01b0383511660208301526001600160a01b0360208401511660408301526001600160a01b03604084015116606083015260608301516080830152608083015161530260a08401826001600160a01b03169052565b5060a083015160c083015260c083015161532860e084018267ffffffffffffffff169052565b5060e08301516101008301529392505050565b6affffffffffffffffffffff8281168282160390811115610d3e57610d3e614e13565b6affffffffffffffffffffff8181168382160190811115610d3e57610d3e614e13565b60ff8181168382160190811115610d3e57610d3e614e1356',
}
