// Generated from contracts/src by contracts/build/generate.ts; changed there.
import type { Contract } from '../binding/contract.ts'
import type { Address, Hex } from '../binding/values.ts'

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
      readonly output: {
        readonly balance: bigint
        readonly thawing: bigint
        readonly thawEnd: bigint
        readonly owed: bigint
      }
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
      readonly output: {
        readonly deposit: bigint
        readonly thawing: bigint
        readonly thawEnd: bigint
        readonly claimed: bigint
        readonly short: boolean
      }
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
      readonly output: {
        readonly maxTotal: bigint
        readonly maxPerMiner: bigint
        readonly redeemableUntil: bigint
        readonly exists: boolean
        readonly anyCollection: boolean
      }
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
      readonly inputs: readonly [claims: readonly {
        readonly payer: Address
        readonly session: Address
        readonly miner: Address
        readonly collection: Hex
        readonly grant: Hex
        readonly cumulative: bigint
        readonly agreementsHash: Hex
        readonly signature: {
          readonly r: Hex
          readonly vs: Hex
        }
      }[]]
      readonly output: readonly {
        readonly paid: bigint
        readonly reason: bigint
      }[]
    }
    readonly redeemWithGrants: {
      readonly inputs: readonly [grants: readonly {
        readonly grant: {
          readonly payer: Address
          readonly session: Address
          readonly escrow: Address
          readonly maxTotal: bigint
          readonly maxPerMiner: bigint
          readonly collectionsHash: Hex
          readonly notAfter: bigint
          readonly nonce: bigint
        }
        readonly collections: readonly Hex[]
        readonly signature: {
          readonly r: Hex
          readonly vs: Hex
        }
      }[], claims: readonly {
        readonly payer: Address
        readonly session: Address
        readonly miner: Address
        readonly collection: Hex
        readonly grant: Hex
        readonly cumulative: bigint
        readonly agreementsHash: Hex
        readonly signature: {
          readonly r: Hex
          readonly vs: Hex
        }
      }[]]
      readonly output: readonly {
        readonly paid: bigint
        readonly reason: bigint
      }[]
    }
    readonly registerGrant: {
      readonly inputs: readonly [proof: {
        readonly grant: {
          readonly payer: Address
          readonly session: Address
          readonly escrow: Address
          readonly maxTotal: bigint
          readonly maxPerMiner: bigint
          readonly collectionsHash: Hex
          readonly notAfter: bigint
          readonly nonce: bigint
        }
        readonly collections: readonly Hex[]
        readonly signature: {
          readonly r: Hex
          readonly vs: Hex
        }
      }]
      readonly output: undefined
    }
    readonly registry: {
      readonly inputs: readonly []
      readonly output: Address
    }
    readonly reserveOf: {
      readonly inputs: readonly [payer: Address]
      readonly output: {
        readonly share: bigint
        readonly round: bigint
        readonly drawers: bigint
      }
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
      readonly output: {
        readonly spent: bigint
        readonly revokedFrom: bigint
      }
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
    {"inputs":[{"internalType":"address","name":"payer","type":"address"}],"name":"accountOf","outputs":[{"components":[{"internalType":"uint64","name":"balance","type":"uint64"},{"internalType":"uint64","name":"thawing","type":"uint64"},{"internalType":"uint48","name":"thawEnd","type":"uint48"},{"internalType":"uint64","name":"owed","type":"uint64"}],"internalType":"struct PayerAccounts.Account","name":"","type":"tuple"}],"stateMutability":"view","type":"function"},
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
  runtime: {"hash":"0x8422e4715383bc0a534e621a4913dfff4b9372361fb5038e6df4c75229df77fb","bytes":20931,"immutables":[[1263,32],[1309,32],[1932,32],[2009,32],[2475,32],[2522,32],[2558,32],[2596,32],[2938,32],[4738,32],[4821,32],[4934,32],[7648,32],[8556,32],[9488,32],[9530,32],[9574,32],[9874,32],[10643,32],[11727,32],[12151,32],[12405,32],[13553,32]]},
  bytecode:
    '0x6101c0604052348015610010575f5ffd5b5060405161567e38038061567e83398101604081905261002f91610315565b808783876001600160a01b031663fc0c546a6040518163ffffffff1660e01b8152600401602060405180830381865afa15801561006e573d5f5f3e3d5ffd5b505050506040513d601f19601f8201168201806040525081019061009291906103b0565b6001600160a01b031660805286151560a05264ffffffffff1660c05260e0819052466101005261015e81604080517fa604fff5a27d5951f334ccda7abff3286a8af29caeeb196a6f2b40a1dce7612b6020808301919091527fe964903b5c228c6586e09c4be5f158e9807240a2b4ceffc8c5ce593c202fbf7b828401527fc89efdaa54c0f20c7adf612882df0950f5a951637e0307cdcb4c672f298b8bc6606083015246608083015260a0808301949094528251808303909401845260c0909101909152815191012090565b610120525065ffffffffffff166101405261017c600a6127106103d2565b8361ffff1611156101c85782610195600a6127106103d2565b604051635fc9d75560e01b815261ffff90921660048301526001600160401b031660248201526044015b60405180910390fd5b6001600160a01b03808716610180528581166101a05261ffff8416610160526080516101f79116865f19610203565b505050505050506103f1565b61020f8383835f610282565b61027d5761022083835f6001610282565b61024857604051635274afe760e01b81526001600160a01b03841660048201526024016101bf565b6102558383836001610282565b61027d57604051635274afe760e01b81526001600160a01b03841660048201526024016101bf565b505050565b60405163095ea7b360e01b5f8181526001600160a01b038616600452602485905291602083604481808b5af1925060015f511483166102d85783831516156102cc573d5f823e3d81fd5b5f873b113d1516831692505b60405250949350505050565b6001600160a01b03811681146102f8575f5ffd5b50565b805165ffffffffffff81168114610310575f5ffd5b919050565b5f5f5f5f5f5f5f60e0888a03121561032b575f5ffd5b87519650602088015161033d816102e4565b604089015190965061034e816102e4565b60608901519095508015158114610363575f5ffd5b608089015190945061ffff8116811461037a575f5ffd5b60a089015190935064ffffffffff81168114610394575f5ffd5b91506103a260c089016102fb565b905092959891949750929550565b5f602082840312156103c0575f5ffd5b81516103cb816102e4565b9392505050565b5f826103ec57634e487b7160e01b5f52601260045260245ffd5b500490565b60805160a05160c05160e05161010051610120516101405161016051610180516101a0516151c36104bb5f395f81816109da01528181612f77015261307501525f81816104ef0152612dcf01525f818161078c01526134f101525f818161051d0152610b7a01525f61256601525f61251001525f81816109ab015261253a01525f81816107d901528181611de0015261216c01525f61128201525f81816109fe01528181610a24015281816112d50152818161134601528181612692015261299301526151c35ff3fe608060405234801561000f575f5ffd5b5060043610610283575f3560e01c80637b4a5e4a11610157578063cc24b879116100d2578063e9efa60a11610088578063f698da251161006e578063f698da25146109cd578063fbfa77cf146109d5578063fc0c546a146109fc575f5ffd5b8063e9efa60a14610993578063f1e3143b146109a6575f5ffd5b8063e10cda61116100b8578063e10cda6114610811578063e5d8314114610824578063e67ca6771461082c575f5ffd5b8063cc24b879146107c1578063cf9aebee146107d4575f5ffd5b8063a2b8517311610127578063adb8d4411161010d578063adb8d4411461075a578063b0cdfaf314610774578063b8606eef14610787575f5ffd5b8063a2b8517314610730578063ac9650d81461073a575f5ffd5b80637b4a5e4a146105115780637f55dcd6146105185780638086b8ba146105565780639fa77b2014610673575f5ffd5b80633ccfd60b116102015780635e8ee7a9116101b757806375d2645a1161019d57806375d2645a1461043557806375ee1dfd146104485780637b103999146104ea575f5ffd5b80635e8ee7a914610402578063740240e514610422575f5ffd5b80634a85e093116101e75780634a85e093146103685780634b9a8a021461037b57806350490e2f1461038e575f5ffd5b80633ccfd60b1461035857806344df8e7014610360575f5ffd5b80632d1d2c1311610256578063344a5d7a1161023c578063344a5d7a1461032a578063355154f5146103325780633c3913c314610345575f5ffd5b80632d1d2c13146102e857806332cddef4146102fe575f5ffd5b806303fd2a45146102875780630556d863146102ad57806313765838146102c25780631fa5d6a4146102d5575b5f5ffd5b61029061dead81565b6040516001600160a01b0390911681526020015b60405180910390f35b6102c06102bb36600461476f565b610a22565b005b6102c06102d03660046147d5565b610ae1565b6102c06102e336600461480d565b610aee565b6102f05f5481565b6040519081526020016102a4565b61031161030c366004614828565b610c40565b60405167ffffffffffffffff90911681526020016102a4565b6102f0604081565b6103116103403660046148a0565b610d2d565b6102c06103533660046148a0565b610f9e565b6103116110ed565b6102c061126f565b6102c06103763660046148df565b6113a5565b6102c0610389366004614917565b6118d0565b6103a161039c366004614983565b611b95565b6040516102a491905f60a08201905067ffffffffffffffff835116825267ffffffffffffffff602084015116602083015265ffffffffffff604084015116604083015260608301511515606083015260808301511515608083015292915050565b610415610410366004614a03565b611ca3565b6040516102a49190614a63565b6102c06104303660046147d5565b611caf565b610311610443366004614af4565b611eb9565b6104bd610456366004614828565b6040805180820182525f80825260209182018190526001600160a01b039485168152600782528281209390941684529182529182902082518084019093525467ffffffffffffffff8116835268010000000000000000900465ffffffffffff169082015290565b60408051825167ffffffffffffffff16815260209283015165ffffffffffff1692810192909252016102a4565b6102907f000000000000000000000000000000000000000000000000000000000000000081565b6102905f81565b61053f7f000000000000000000000000000000000000000000000000000000000000000081565b60405165ffffffffffff90911681526020016102a4565b61061661056436600461480d565b604080516080810182525f808252602082018190529181018290526060810191909152506001600160a01b03165f908152600160209081526040918290208251608081018452905467ffffffffffffffff808216835268010000000000000000820481169383019390935265ffffffffffff7001000000000000000000000000000000008204169382019390935276010000000000000000000000000000000000000000000090920416606082015290565b6040516102a491905f60808201905067ffffffffffffffff835116825267ffffffffffffffff602084015116602083015265ffffffffffff604084015116604083015267ffffffffffffffff606084015116606083015292915050565b6106fc61068136600461480d565b60408051606080820183525f80835260208084018290529284018190526001600160a01b039490941684526003825292829020825193840183525467ffffffffffffffff80821685526801000000000000000082041691840191909152700100000000000000000000000000000000900460ff169082015290565b60408051825167ffffffffffffffff9081168252602080850151909116908201529181015160ff16908201526060016102a4565b61053f6203f48081565b61074d6107483660046148a0565b611f2c565b6040516102a49190614b42565b610762604081565b60405160ff90911681526020016102a4565b610311610782366004614af4565b612012565b6107ae7f000000000000000000000000000000000000000000000000000000000000000081565b60405161ffff90911681526020016102a4565b6104156107cf366004614c02565b6120d5565b6107fb7f000000000000000000000000000000000000000000000000000000000000000081565b60405164ffffffffff90911681526020016102a4565b6102c061081f366004614917565b612124565b6102c061243b565b61092b61083a366004614828565b6040805160a0810182525f80825260208201819052918101829052606081018290526080810191909152506001600160a01b039182165f908152600260209081526040808320939094168252918252829020825160a081018452905467ffffffffffffffff8082168352680100000000000000008204811693830193909352700100000000000000000000000000000000810464ffffffffff16938201939093527501000000000000000000000000000000000000000000830490911660608201527d01000000000000000000000000000000000000000000000000000000000090910460ff161515608082015290565b6040516102a491905f60a08201905067ffffffffffffffff835116825267ffffffffffffffff602084015116602083015264ffffffffff604084015116604083015267ffffffffffffffff606084015116606083015260808301511515608083015292915050565b6102c06109a1366004614c62565b6124ff565b6102f07f000000000000000000000000000000000000000000000000000000000000000081565b6102f061250d565b6102907f000000000000000000000000000000000000000000000000000000000000000081565b7f0000000000000000000000000000000000000000000000000000000000000000610290565b7f00000000000000000000000000000000000000000000000000000000000000006040517fd505accf000000000000000000000000000000000000000000000000000000008152336004820152306024820152604481018790526064810186905260ff8516608482015260a4810184905260c481018390526001600160a01b03919091169063d505accf9060e4015f604051808303815f87803b158015610ac7575f5ffd5b505af1925050508015610ad8575060015b505b5050505050565b610aeb3382612588565b50565b335f9081526007602090815260408083206001600160a01b03851684529091529020805468010000000000000000900465ffffffffffff1615610b6d576040517f094b3c1d0000000000000000000000000000000000000000000000000000000081526001600160a01b03831660048201526024015b60405180910390fd5b5f610ba065ffffffffffff7f00000000000000000000000000000000000000000000000000000000000000001642614cc2565b9050610bab816126f1565b825465ffffffffffff9190911668010000000000000000027fffffffffffffffffffffffffffffffffffff000000000000ffffffffffffffff9091161782556001600160a01b038316337f2b95c1dc0daa020e119f75ff153d0aea139be9d08a62158074c10ae1a379bb38610c1f84612740565b60405167ffffffffffffffff909116815260200160405180910390a3505050565b6001600160a01b038281165f908152600260209081526040808320938516835292905281812081805291812090919082610c7a868661278f565b825490915068010000000000000000900467ffffffffffffffff1615610cf15781545f90604090610cc39067ffffffffffffffff68010000000000000000820481169116614cd5565b610ccd9190614d22565b90508167ffffffffffffffff168167ffffffffffffffff161015610cef578091505b505b82548190610d179067ffffffffffffffff68010000000000000000820481169116614cd5565b610d219190614d51565b93505050505b92915050565b5f610d36612877565b5f5b82811015610f2457335f90815260026020526040812081868685818110610d6157610d61614d71565b9050602002016020810190610d76919061480d565b6001600160a01b0316815260208101919091526040015f908120805490925068010000000000000000900467ffffffffffffffff1690819003610de5576040517f1325a15200000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b8154700100000000000000000000000000000000900464ffffffffff16421015610e5a5781546040517ffdf58da700000000000000000000000000000000000000000000000000000000815270010000000000000000000000000000000090910464ffffffffff166004820152602401610b64565b8154819083905f90610e7790849067ffffffffffffffff16614cd5565b825467ffffffffffffffff9182166101009390930a92830291909202199091161790555081547fffffffffffffffffffffff00000000000000000000000000ffffffffffffffff1682555f868685818110610ed457610ed4614d71565b9050602002016020810190610ee9919061480d565b6001600160a01b031603610f0e578154610f0e90339067ffffffffffffffff166128d0565b610f188185614d51565b93505050600101610d38565b508067ffffffffffffffff165f03610f68576040517f1325a15200000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b610f7181612947565b610d276128ce5f7f9b779b17422d0df92223018b32b4d1fa46e071723d6817e2486d003becc55f006128c8565b5f5b818110156110e857335f90815260026020526040812081858585818110610fc957610fc9614d71565b9050602002016020810190610fde919061480d565b6001600160a01b0316815260208101919091526040015f908120805490925068010000000000000000900467ffffffffffffffff16900361104b576040517f1325a15200000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b80547fffffffffffffffffffffff00000000000000000000000000ffffffffffffffff16815583838381811061108357611083614d71565b9050602002016020810190611098919061480d565b604080515f80825260208201526001600160a01b03929092169133917fad8bcd9dc928a74e12c7e0082aba8b68e176f4d58fc928195ae573253e1103c7910160405180910390a350600101610fa0565b505050565b5f6110f6612877565b50335f908152600160205260408120805468010000000000000000900467ffffffffffffffff1691829003611157576040517f1325a15200000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b8054700100000000000000000000000000000000900465ffffffffffff164210156111ce5780546040517ffdf58da700000000000000000000000000000000000000000000000000000000815270010000000000000000000000000000000090910465ffffffffffff166004820152602401610b64565b8054829082905f906111eb90849067ffffffffffffffff16614cd5565b825467ffffffffffffffff9182166101009390930a92830291909202199091161790555080547fffffffffffffffffffff0000000000000000000000000000ffffffffffffffff16815561123e82612947565b5061126c6128ce5f7f9b779b17422d0df92223018b32b4d1fa46e071723d6817e2486d003becc55f006128c8565b90565b5f80549081900361127d5750565b5f80557f000000000000000000000000000000000000000000000000000000000000000015611339576040517f42966c68000000000000000000000000000000000000000000000000000000008152600481018290527f00000000000000000000000000000000000000000000000000000000000000006001600160a01b0316906342966c68906024015f604051808303815f87803b15801561131e575f5ffd5b505af1158015611330573d5f5f3e3d5ffd5b5050505061136f565b61136f6001600160a01b037f00000000000000000000000000000000000000000000000000000000000000001661dead836129c0565b6040518181527fd83c63197e8e676d80ab0122beba9a9d20f3828839e9a1d6fe81d242e9cd7e6e9060200160405180910390a150565b805f6113be6113b936849003840184614dcb565b612a0e565b90505f6114226113d1602085018561480d565b6113e1604086016020870161480d565b604080516001600160a01b03938416602080830191909152929093168382015260608084018790528151808503909101815260809093019052815191012090565b5f81815260056020526040902054909150760100000000000000000000000000000000000000000000900460ff161561145b5750505050565b3061146c606085016040860161480d565b6001600160a01b0316146114c85761148a606084016040850161480d565b6040517fc5d0f22d0000000000000000000000000000000000000000000000000000000081526001600160a01b039091166004820152602401610b64565b6114d5602084018461480d565b6001600160a01b03166114ee604085016020860161480d565b6001600160a01b03160361154757611509602084018461480d565b6040517f16cb6fe00000000000000000000000000000000000000000000000000000000081526001600160a01b039091166004820152602401610b64565b5f611555602085018561480d565b6001600160a01b0316336001600160a01b031614806115be57505f61157d602086018661480d565b6001600160a01b0316141580156115be575061159c602085018561480d565b6001600160a01b03166115b3848761012001612a5f565b6001600160a01b0316145b905080611610576115d2602085018561480d565b6040517f9e4f48030000000000000000000000000000000000000000000000000000000081526001600160a01b039091166004820152602401610b64565b60a08401351580156116685761162a610100870187614eac565b159050611663576040517f3aa7015e00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b611684565b6116848361167a610100890189614eac565b8860a00135612adb565b5f6203f48061169960e0880160c089016147d5565b67ffffffffffffffff166116ad9190614cc2565b90506040518060a001604052808760600160208101906116cd91906147d5565b67ffffffffffffffff1681526020016116ec60a0890160808a016147d5565b67ffffffffffffffff16815260200165ffffffffffff831161170e5782611716565b65ffffffffffff5b65ffffffffffff908116825260016020808401919091528515156040938401525f888152600582528390208451815486840151878701516060890151608090990151151577010000000000000000000000000000000000000000000000027fffffffffffffffff00ffffffffffffffffffffffffffffffffffffffffffffff991515760100000000000000000000000000000000000000000000027fffffffffffffffffff00ffffffffffffffffffffffffffffffffffffffffffff9290981670010000000000000000000000000000000002919091167fffffffffffffffffff00000000000000ffffffffffffffffffffffffffffffff67ffffffffffffffff93841668010000000000000000027fffffffffffffffffffffffffffffffff000000000000000000000000000000009095169390951692909217929092179290921691909117939093179490941691909117909255869161187c91890190890161480d565b6001600160a01b0316611892602089018961480d565b6001600160a01b03167f4866ee0597012e1e59282ae04ddc9001bb1afac29407bcb9a51c1228741ccd0060405160405180910390a450505050505050565b828114611909576040517f5cef887200000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b5f805b84811015611b065783838281811061192657611926614d71565b905060200201602081019061193b91906147d5565b61194f9067ffffffffffffffff1683614cc2565b335f908152600260205260408120919350908188888581811061197457611974614d71565b9050602002016020810190611989919061480d565b6001600160a01b03166001600160a01b031681526020019081526020015f2090508484838181106119bc576119bc614d71565b90506020020160208101906119d191906147d5565b815482905f906119ec90849067ffffffffffffffff16614d51565b92506101000a81548167ffffffffffffffff021916908367ffffffffffffffff1602179055505f6001600160a01b0316878784818110611a2e57611a2e614d71565b9050602002016020810190611a43919061480d565b6001600160a01b031603611a68578054611a6890339067ffffffffffffffff16612bc2565b868683818110611a7a57611a7a614d71565b9050602002016020810190611a8f919061480d565b6001600160a01b0316337fb8f4329de9512386bedfa4f86bb1df435db98a54c6adbf8ab8529386a8b23ed1878786818110611acc57611acc614d71565b9050602002016020810190611ae191906147d5565b60405167ffffffffffffffff909116815260200160405180910390a35060010161190c565b50335f908152600160205260409020805467ffffffffffffffff1680831115611b7957611b3283612740565b6040517f5fc9d75500000000000000000000000000000000000000000000000000000000815267ffffffffffffffff91821660048201529082166024820152604401610b64565b611b8c82611b878584614cd5565b612cad565b50505050505050565b6040805160a080820183525f80835260208084018290528385018290526060808501839052608094850183905285516001600160a01b038a8116828501528916818801528082018890528651808203909201825294850180875281519183019190912083526005909152908490206101208401909452925467ffffffffffffffff8082168552680100000000000000008204169183019190915265ffffffffffff70010000000000000000000000000000000082041660c083015260ff76010000000000000000000000000000000000000000000082048116151560e084015277010000000000000000000000000000000000000000000000909104161515610100909101525b9392505050565b6060611c9c8383612d39565b8067ffffffffffffffff165f03611cf2576040517f43ad20fc00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b335f9081526001602052604081208054909190611d279067ffffffffffffffff68010000000000000000820481169116614cd5565b90508067ffffffffffffffff168367ffffffffffffffff161115611d8b576040517f5fc9d75500000000000000000000000000000000000000000000000000000000815267ffffffffffffffff808516600483015282166024820152604401610b64565b815483908390600890611db590849068010000000000000000900467ffffffffffffffff16614d51565b92506101000a81548167ffffffffffffffff021916908367ffffffffffffffff160217905550611e167f000000000000000000000000000000000000000000000000000000000000000064ffffffffff1642611e119190614cc2565b6126f1565b82547fffffffffffffffffffff000000000000ffffffffffffffffffffffffffffffff1670010000000000000000000000000000000065ffffffffffff9283168102919091178085556040805168010000000000000000830467ffffffffffffffff16815292909104909216602082015233917f94bca62911074b4a6f468e2abc672ea77482d680c58b9bcc872286f848eacec7910160405180910390a2505050565b604080516001600160a01b0380871660208084019190915281871683850152908516606083015260808083018590528351808403909101815260a090920190925280519101205f9060099082905b815260208101919091526040015f205467ffffffffffffffff1690505b949350505050565b604080515f8152602081019091526060908267ffffffffffffffff811115611f5657611f56614d9e565b604051908082528060200260200182016040528015611f8957816020015b6060815260200190600190039081611f745790505b5091505f5b8381101561200a57611fe530868684818110611fac57611fac614d71565b9050602002810190611fbe9190614f10565b85604051602001611fd193929190614f71565b604051602081830303815290604052613119565b838281518110611ff757611ff7614d71565b6020908102919091010152600101611f8e565b505092915050565b5f846001600160a01b0316846001600160a01b0316148015612032575081155b1561208557506001600160a01b038481165f908152600260209081526040808320938616835292905220547501000000000000000000000000000000000000000000900467ffffffffffffffff16611f24565b604080516001600160a01b0380881660208084019190915281881683850152908616606083015260808083018690528351808403909101815260a090920190925280519101206008905f90611f07565b60605f5b84811015612110576121088686838181106120f6576120f6614d71565b90506020028101906103769190614f94565b6001016120d9565b5061211b8383612d39565b95945050505050565b82811461215d576040517f5cef887200000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b5f61219761219264ffffffffff7f00000000000000000000000000000000000000000000000000000000000000001642614cc2565b6131eb565b90505f5b84811015610ad857335f908152600260205260408120818888858181106121c4576121c4614d71565b90506020020160208101906121d9919061480d565b6001600160a01b0316815260208101919091526040015f908120805490925061221a9067ffffffffffffffff68010000000000000000820481169116614cd5565b905085858481811061222e5761222e614d71565b905060200201602081019061224391906147d5565b67ffffffffffffffff165f03612285576040517f43ad20fc00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b8067ffffffffffffffff168686858181106122a2576122a2614d71565b90506020020160208101906122b791906147d5565b67ffffffffffffffff1611156122ee578585848181106122d9576122d9614d71565b9050602002016020810190611b3291906147d5565b85858481811061230057612300614d71565b905060200201602081019061231591906147d5565b8254839060089061233d90849068010000000000000000900467ffffffffffffffff16614d51565b82546101009290920a67ffffffffffffffff8181021990931691909216919091021790555081547fffffffffffffffffffffff0000000000ffffffffffffffffffffffffffffffff1670010000000000000000000000000000000064ffffffffff8616021782558787848181106123b6576123b6614d71565b90506020020160208101906123cb919061480d565b8254604080516801000000000000000090920467ffffffffffffffff16825264ffffffffff871660208301526001600160a01b03929092169133917fad8bcd9dc928a74e12c7e0082aba8b68e176f4d58fc928195ae573253e1103c7910160405180910390a3505060010161219b565b335f908152600160205260408120805490916801000000000000000090910467ffffffffffffffff16900361249c576040517f1325a15200000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b80547fffffffffffffffffffff0000000000000000000000000000ffffffffffffffff168155604080515f808252602082015233917f94bca62911074b4a6f468e2abc672ea77482d680c58b9bcc872286f848eacec7910160405180910390a250565b6125098282612588565b5050565b5f7f000000000000000000000000000000000000000000000000000000000000000046146125635761255e7f0000000000000000000000000000000000000000000000000000000000000000613235565b905090565b507f000000000000000000000000000000000000000000000000000000000000000090565b612590612877565b8067ffffffffffffffff165f036125d3576040517f43ad20fc00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b6001600160a01b0382165f908152600160205260408120805483929061260490849067ffffffffffffffff16614d51565b92506101000a81548167ffffffffffffffff021916908367ffffffffffffffff160217905550336001600160a01b0316826001600160a01b03167f56b78ff574d1f4febd28fdc15b6490c8384ccc7aab92c4a48d47ff45e01e5d648360405161267d919067ffffffffffffffff91909116815260200190565b60405180910390a36126c46001600160a01b037f000000000000000000000000000000000000000000000000000000000000000016333067ffffffffffffffff85166132c4565b6125096128ce5f7f9b779b17422d0df92223018b32b4d1fa46e071723d6817e2486d003becc55f006128c8565b5f65ffffffffffff82111561273c576040517f6dfcc6500000000000000000000000000000000000000000000000000000000081526030600482015260248101839052604401610b64565b5090565b5f67ffffffffffffffff82111561273c57604080517f6dfcc650000000000000000000000000000000000000000000000000000000008152600481019190915260248101839052604401610b64565b6001600160a01b038083165f9081526003602090815260408083206004835281842094861684529390915281208254815492939267ffffffffffffffff68010000000000000000909204821691160361283d578154815467ffffffffffffffff918216680100000000000000009091049091161061280d575f612834565b805482546128349167ffffffffffffffff6801000000000000000090910481169116614cd5565b92505050610d27565b8154604070010000000000000000000000000000000090910460ff1610612864575f61211b565b505467ffffffffffffffff169392505050565b6128a17f9b779b17422d0df92223018b32b4d1fa46e071723d6817e2486d003becc55f005c613313565b6128ce60017f9b779b17422d0df92223018b32b4d1fa46e071723d6817e2486d003becc55f005b9061334a565b565b6001600160a01b0382165f9081526003602052604080822091906128f49084614d22565b825490915067ffffffffffffffff90811690821610156129415781547fffffffffffffffffffffffffffffffffffffffffffffffff00000000000000001667ffffffffffffffff82161782555b50505050565b60405167ffffffffffffffff8216815233907fbae95d59332d6e1e8f1ae78e7bebdaeef072d57b731c8790a636667e3a0a87ee9060200160405180910390a2610aeb6001600160a01b037f0000000000000000000000000000000000000000000000000000000000000000163367ffffffffffffffff84165b6129cd8383836001613351565b6110e8576040517f5274afe70000000000000000000000000000000000000000000000000000000081526001600160a01b0384166004820152602401610b64565b5f7f6b274daf1412b36179fd76e754fd944d87df40e624953826f0569278eb94a41f82604051602001612a42929190614fd0565b604051602081830303815290604052805190602001209050919050565b5f5f612a6961250d565b6040517f190100000000000000000000000000000000000000000000000000000000000060208201526022810191909152604281018590526062016040516020818303038152906040528051906020012090505f612acf82855f013586602001356133cc565b50909695505050505050565b6040821180612b125750808383604051602001612af9929190615087565b6040516020818303038152906040528051906020012014155b15612b49576040517f3aa7015e00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b5f5b82811015610ada575f858152600660205260408120600191868685818110612b7557612b75614d71565b602090810292909201358352508101919091526040015f2080547fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff0016911515919091179055600101612b4b565b6001600160a01b0382165f908152600360205260408082209190612be69084614d22565b825490915067ffffffffffffffff9081169082161015612c065750505050565b81547fffffffffffffffffffffffffffffffffffffffffffffffff00000000000000001667ffffffffffffffff828116919091178084556001918491600891612c5e9185916801000000000000000090910416614d51565b825467ffffffffffffffff9182166101009390930a9283029190920219909116179055505080547fffffffffffffffffffffffffffffff00ffffffffffffffffffffffffffffffff1690555050565b81547fffffffffffffffffffffffffffffffffffffffffffffffff00000000000000001667ffffffffffffffff82811691821780855568010000000000000000900416111561250957815467ffffffffffffffff821668010000000000000000027fffffffffffffffffffffffffffffffff0000000000000000ffffffffffffffff9091161782555050565b6060612d43612877565b8167ffffffffffffffff811115612d5c57612d5c614d9e565b604051908082528060200260200182016040528015612da057816020015b604080518082019091525f8082526020820152815260200190600190039081612d7a5790505b5090505f8080805b8581101561301c5736878783818110612dc357612dc3614d71565b9050610120020190505f7f00000000000000000000000000000000000000000000000000000000000000006001600160a01b03166314afd79e836040016020810190612e0f919061480d565b6040517fffffffff0000000000000000000000000000000000000000000000000000000060e084901b1681526001600160a01b039091166004820152602401602060405180830381865afa158015612e69573d5f5f3e3d5ffd5b505050506040513d601f19601f82011682018060405250810190612e8d91906150c7565b90505f5f612e9b8484613417565b9150915060405180604001604052808367ffffffffffffffff168152602001826009811115612ecc57612ecc614a36565b815250898681518110612ee157612ee1614d71565b60200260200101819052508167ffffffffffffffff165f03612f065750505050613014565b876001600160a01b0316836001600160a01b031614612fd65767ffffffffffffffff871615612fcf576040517ff5ae9f3f0000000000000000000000000000000000000000000000000000000081526001600160a01b03898116600483015267ffffffffffffffff891660248301527f0000000000000000000000000000000000000000000000000000000000000000169063f5ae9f3f906044015f604051808303815f87803b158015612fb8575f5ffd5b505af1158015612fca573d5f5f3e3d5ffd5b505050505b8297505f96505b5f612fe0836134e5565b9050612ff667ffffffffffffffff821688614cc2565b96506130028184614cd5565b61300c9089614d51565b975050505050505b600101612da8565b5067ffffffffffffffff8216156130cd576040517ff5ae9f3f0000000000000000000000000000000000000000000000000000000081526001600160a01b03848116600483015267ffffffffffffffff841660248301527f0000000000000000000000000000000000000000000000000000000000000000169063f5ae9f3f906044015f604051808303815f87803b1580156130b6575f5ffd5b505af11580156130c8573d5f5f3e3d5ffd5b505050505b80156130e957805f5f8282546130e39190614cc2565b90915550505b505050610d276128ce5f7f9b779b17422d0df92223018b32b4d1fa46e071723d6817e2486d003becc55f006128c8565b60605f613126848461352b565b905080801561314757505f3d118061314757505f846001600160a01b03163b115b1561315c5761315461353e565b915050610d27565b801561319f576040517f9996b3150000000000000000000000000000000000000000000000000000000081526001600160a01b0385166004820152602401610b64565b3d156131b2576131ad613557565b6131e4565b6040517fd6bda27500000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b5092915050565b5f64ffffffffff82111561273c576040517f6dfcc6500000000000000000000000000000000000000000000000000000000081526028600482015260248101839052604401610b64565b604080517fa604fff5a27d5951f334ccda7abff3286a8af29caeeb196a6f2b40a1dce7612b60208201527fe964903b5c228c6586e09c4be5f158e9807240a2b4ceffc8c5ce593c202fbf7b918101919091527fc89efdaa54c0f20c7adf612882df0950f5a951637e0307cdcb4c672f298b8bc6606082015246608082015260a081018290525f9060c001612a42565b6132d2848484846001613562565b612941576040517f5274afe70000000000000000000000000000000000000000000000000000000081526001600160a01b0385166004820152602401610b64565b156128ce576040517f3ee5aeb500000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b80825d5050565b6040517fa9059cbb000000000000000000000000000000000000000000000000000000005f8181526001600160a01b038616600452602485905291602083604481808b5af1925060015f511483166133c05783831516156133b4573d5f823e3d81fd5b5f873b113d1516831692505b60405250949350505050565b5f80807f7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff8416601b60ff86901c01613406888289856135e8565b945094509450505093509350939050565b5f806001600160a01b03831661343257505f905060046134de565b61343b846136ce565b61344a57505f905060036134de565b613457602085018561480d565b6001600160a01b0316613470604086016020870161480d565b6001600160a01b0316146134915761348884846137e2565b915091506134de565b6080840135156134a657505f905060056134de565b6060840135156134cf576134ca84846134c560c0830160a084016147d5565b613aa3565b6134d9565b6134d98484613d50565b915091505b9250929050565b5f61271061352161ffff7f00000000000000000000000000000000000000000000000000000000000000001667ffffffffffffffff85166150e2565b610d2791906150f9565b5f5f5f835160208501865af49392505050565b6040513d81523d5f602083013e3d602001810160405290565b6040513d5f823e3d81fd5b6040517f23b872dd000000000000000000000000000000000000000000000000000000005f8181526001600160a01b038781166004528616602452604485905291602083606481808c5af1925060015f511483166135d75783831516156135cb573d5f823e3d81fd5b5f883b113d1516831692505b604052505f60605295945050505050565b5f80807f7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a084111561362157505f915060039050826136c4565b604080515f808252602082018084528a905260ff891692820192909252606081018790526080810186905260019060a0016020604051602081039080840390855afa158015613672573d5f5f3e3d5ffd5b50506040517fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe001519150506001600160a01b0381166136bb57505f9250600191508290506136c4565b92505f91508190505b9450945094915050565b5f5f613786604051806101000160405280855f0160208101906136f1919061480d565b6001600160a01b03168152602001856020016020810190613712919061480d565b6001600160a01b03168152602001613730606087016040880161480d565b6001600160a01b031681526060808701356020830152306040830152608080880135918301919091520161376a60c0870160a088016147d5565b67ffffffffffffffff1681526020018560c00135815250613f58565b90505f613799604085016020860161480d565b6001600160a01b031614158015611c9c57506137bb604084016020850161480d565b6001600160a01b03166137d1828560e001612a5f565b6001600160a01b0316149392505050565b5f8080806138156137f6602088018861480d565b6138066040890160208a0161480d565b88608001358960600135613f8c565b915091508160600151613830575f60059350935050506134de565b80613843575f60089350935050506134de565b816040015165ffffffffffff16421115613865575f60069350935050506134de565b5f60078161387660208a018a61480d565b6001600160a01b03166001600160a01b031681526020019081526020015f205f8860200160208101906138a9919061480d565b6001600160a01b0316815260208082019290925260409081015f208151808301909252805467ffffffffffffffff8116835268010000000000000000900465ffffffffffff16928201839052925090158015906139125750806020015165ffffffffffff164210155b15613927575f600995509550505050506134de565b805184515f9167ffffffffffffffff908116911611613946575f613954565b815185516139549190614cd5565b90505f6008816139e061396a60208e018e61480d565b8d602001602081019061397d919061480d565b8e6040016020810190613990919061480d565b8f60600135604080516001600160a01b03958616602080830191909152948616818301529290941660608301526080808301919091528351808303909101815260a0909101909252815191012090565b815260208101919091526040015f9081205467ffffffffffffffff9081169250613a0c90841683614cc2565b90505f876020015167ffffffffffffffff168210613a2e578760200151613a30565b815b9050613a3d8c8c83613aa3565b909a50985067ffffffffffffffff8a1615613a94578451613a5f908b90614d51565b86547fffffffffffffffffffffffffffffffffffffffffffffffff00000000000000001667ffffffffffffffff919091161786555b50505050505050509250929050565b5f8080613b26613ab6602088018861480d565b613ac66040890160208a0161480d565b613ad660608a0160408b0161480d565b8960600135604080516001600160a01b03958616602080830191909152948616818301529290941660608301526080808301919091528351808303909101815260a0909101909252815191012090565b5f81815260086020526040902080549192509067ffffffffffffffff1680613b5460c08a0160a08b016147d5565b67ffffffffffffffff1611613b72575f600194509450505050613d48565b5f67ffffffffffffffff8716613b8e60c08b0160a08c016147d5565b67ffffffffffffffff1610613ba35786613bb3565b613bb360c08a0160a08b016147d5565b90508167ffffffffffffffff168167ffffffffffffffff1611613be0575f60079550955050505050613d48565b5f613beb8383614cd5565b9050613c7a613bfd60208c018c61480d565b613c0d60608d0160408e0161480d565b60025f8e5f016020810190613c22919061480d565b6001600160a01b03166001600160a01b031681526020019081526020015f205f8e6040016020810190613c55919061480d565b6001600160a01b03166001600160a01b031681526020019081526020015f20846140c6565b9650613c868784614d51565b84547fffffffffffffffffffffffffffffffffffffffffffffffff00000000000000001667ffffffffffffffff918216178555818116908816108080613cd95750845468010000000000000000900460ff165b15613d2957613cf18b613cec8a85614cd5565b6141b3565b855490151568010000000000000000027fffffffffffffffffffffffffffffffffffffffffffffff00ffffffffffffffff9091161785555b613d3f8b8b613d388b88614d51565b8b856143c0565b96505050505050505b935093915050565b5f8080600281613d63602088018861480d565b6001600160a01b03166001600160a01b031681526020019081526020015f205f866040016020810190613d96919061480d565b6001600160a01b0316815260208101919091526040015f2080549091507501000000000000000000000000000000000000000000900467ffffffffffffffff1680613de760c0880160a089016147d5565b67ffffffffffffffff1611613e04575f60019350935050506134de565b5f81613e1660c0890160a08a016147d5565b613e209190614cd5565b9050613e49613e32602089018961480d565b613e4260608a0160408b0161480d565b85846140c6565b9450613e558583614d51565b83547fffffff0000000000000000ffffffffffffffffffffffffffffffffffffffffff16750100000000000000000000000000000000000000000067ffffffffffffffff92831602178455818116908616108080613ed5575083547d010000000000000000000000000000000000000000000000000000000000900460ff165b15613f3557613ee888613cec8885614cd5565b84549015157d010000000000000000000000000000000000000000000000000000000000027fffff00ffffffffffffffffffffffffffffffffffffffffffffffffffffffffff9091161784555b613f4b8888613f448987614d51565b89856143c0565b9450505050509250929050565b5f7fc6eb6a85c0f8df2f7e23be66478a6cfe5e68a9d1e6b57b231cc1db46ccae37c982604051602001612a4292919061510c565b6040805160a080820183525f80835260208084018290528385018290526060808501839052608094850183905285516001600160a01b038b8116828501528a16818801528082018990528651808203909201825294850180875281519183019190912080845260059092528583206101208601909652945467ffffffffffffffff8082168752680100000000000000008204169385019390935265ffffffffffff70010000000000000000000000000000000084041660c085015260ff76010000000000000000000000000000000000000000000084048116151560e086015277010000000000000000000000000000000000000000000000909304909216151561010090930183905291806140ba57505f81815260066020908152604080832087845290915290205460ff165b91505094509492505050565b5f6140d183836144a6565b90508167ffffffffffffffff168167ffffffffffffffff160315611f245761410385856140fe8486614cd5565b6145a1565b61410d9082614d51565b90508167ffffffffffffffff168167ffffffffffffffff160315611f24576001600160a01b0385165f9081526001602052604081208054909167ffffffffffffffff909116908161415e8587614cd5565b67ffffffffffffffff1610614173578161417d565b61417d8486614cd5565b905067ffffffffffffffff81161561419d5761419d83611b878385614cd5565b6141a78185614d51565b98975050505050505050565b5f806142356141c5602086018661480d565b6141d5604087016020880161480d565b6141e5606088016040890161480d565b8760600135604080516001600160a01b03958616602080830191909152948616818301529290941660608301526080808301919091528351808303909101815260a0909101909252815191012090565b90505f600181614248602088018861480d565b6001600160a01b0316815260208082019290925260409081015f90812085825260099093522054815491925085916142a79167ffffffffffffffff90811691760100000000000000000000000000000000000000000000900416614cd5565b6142b19190614d51565b81547fffff0000000000000000ffffffffffffffffffffffffffffffffffffffffffff1676010000000000000000000000000000000000000000000067ffffffffffffffff928316021782555f83815260096020526040902080547fffffffffffffffffffffffffffffffffffffffffffffffff0000000000000000169186169182179055156143ac5761434b606086016040870161480d565b6001600160a01b0316614361602087018761480d565b60405167ffffffffffffffff871681526001600160a01b0391909116907f914e5ed9bd88c374829364c98cdcabff446835cc702940bafc3ff569376916839060200160405180910390a35b50505067ffffffffffffffff161515919050565b5f67ffffffffffffffff83161561448e576001600160a01b0385166143eb606088016040890161480d565b6001600160a01b0316614401602089018961480d565b6001600160a01b03167fa67643838541e93867bd2be29043cf60240630b0fd3eec7f98b1e68fe58f17fe61443b60408b0160208c0161480d565b8a60600135898961444b8b6134e5565b604080516001600160a01b03969096168652602086019490945267ffffffffffffffff928316858501529082166060850152166080830152519081900360a00190a45b81614499575f61449c565b60025b9695505050505050565b81545f9067ffffffffffffffff90811690831681116144c557806144c7565b825b91508167ffffffffffffffff165f036144e3575f915050610d27565b6144ed8282614cd5565b84547fffffffffffffffffffffffffffffffffffffffffffffffff00000000000000001667ffffffffffffffff9190911617845561452b8282614cd5565b845467ffffffffffffffff9182166801000000000000000090910490911611156131e4576145598282614cd5565b845467ffffffffffffffff9190911668010000000000000000027fffffffffffffffffffffffffffffffff0000000000000000ffffffffffffffff9091161784555092915050565b5f5f6145ad858561278f565b90508067ffffffffffffffff165f036145c9575f915050611c9c565b6001600160a01b0385165f908152600260209081526040808320838052909152902061460f9067ffffffffffffffff8084169086161061460957826144a6565b846144a6565b91508167ffffffffffffffff165f0361462b575f915050611c9c565b6001600160a01b038086165f9081526003602090815260408083206004835281842094891684529390915290208154815467ffffffffffffffff6801000000000000000090920482169116036146d0578054849082906008906146a590849068010000000000000000900467ffffffffffffffff16614d51565b92506101000a81548167ffffffffffffffff021916908367ffffffffffffffff160217905550614765565b815460019083906010906146fc908490700100000000000000000000000000000000900460ff166151aa565b825460ff9182166101009390930a9283029190920219909116179055508154815467ffffffffffffffff868116680100000000000000009081027fffffffffffffffffffffffffffffffff00000000000000000000000000000000909316930416919091171781555b5050509392505050565b5f5f5f5f5f60a08688031215614783575f5ffd5b8535945060208601359350604086013560ff811681146147a1575f5ffd5b94979396509394606081013594506080013592915050565b803567ffffffffffffffff811681146147d0575f5ffd5b919050565b5f602082840312156147e5575f5ffd5b611c9c826147b9565b6001600160a01b0381168114610aeb575f5ffd5b80356147d0816147ee565b5f6020828403121561481d575f5ffd5b8135611c9c816147ee565b5f5f60408385031215614839575f5ffd5b8235614844816147ee565b91506020830135614854816147ee565b809150509250929050565b5f5f83601f84011261486f575f5ffd5b50813567ffffffffffffffff811115614886575f5ffd5b6020830191508360208260051b85010111156134de575f5ffd5b5f5f602083850312156148b1575f5ffd5b823567ffffffffffffffff8111156148c7575f5ffd5b6148d38582860161485f565b90969095509350505050565b5f602082840312156148ef575f5ffd5b813567ffffffffffffffff811115614905575f5ffd5b82016101608185031215611c9c575f5ffd5b5f5f5f5f6040858703121561492a575f5ffd5b843567ffffffffffffffff811115614940575f5ffd5b61494c8782880161485f565b909550935050602085013567ffffffffffffffff81111561496b575f5ffd5b6149778782880161485f565b95989497509550505050565b5f5f5f60608486031215614995575f5ffd5b83356149a0816147ee565b925060208401356149b0816147ee565b929592945050506040919091013590565b5f5f83601f8401126149d1575f5ffd5b50813567ffffffffffffffff8111156149e8575f5ffd5b602083019150836020610120830285010111156134de575f5ffd5b5f5f60208385031215614a14575f5ffd5b823567ffffffffffffffff811115614a2a575f5ffd5b6148d3858286016149c1565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52602160045260245ffd5b602080825282518282018190525f918401906040840190835b81811015614ae9578351805167ffffffffffffffff16845260200151600a8110614acd577f4e487b71000000000000000000000000000000000000000000000000000000005f52602160045260245ffd5b6020848101919091529390930192604090920191600101614a7c565b509095945050505050565b5f5f5f5f60808587031215614b07575f5ffd5b8435614b12816147ee565b93506020850135614b22816147ee565b92506040850135614b32816147ee565b9396929550929360600135925050565b5f602082016020835280845180835260408501915060408160051b8601019250602086015f5b82811015614bf6577fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc0878603018452815180518087528060208301602089015e5f6020828901015260207fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0601f83011688010196505050602082019150602084019350600181019050614b68565b50929695505050505050565b5f5f5f5f60408587031215614c15575f5ffd5b843567ffffffffffffffff811115614c2b575f5ffd5b614c378782880161485f565b909550935050602085013567ffffffffffffffff811115614c56575f5ffd5b614977878288016149c1565b5f5f60408385031215614c73575f5ffd5b8235614c7e816147ee565b9150614c8c602084016147b9565b90509250929050565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601160045260245ffd5b80820180821115610d2757610d27614c95565b67ffffffffffffffff8281168282160390811115610d2757610d27614c95565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601260045260245ffd5b5f67ffffffffffffffff831680614d3b57614d3b614cf5565b8067ffffffffffffffff84160491505092915050565b67ffffffffffffffff8181168382160190811115610d2757610d27614c95565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52603260045260245ffd5b7f4e487b71000000000000000000000000000000000000000000000000000000005f52604160045260245ffd5b5f610100828403128015614ddd575f5ffd5b50604051610100810167ffffffffffffffff81118282101715614e27577f4e487b71000000000000000000000000000000000000000000000000000000005f52604160045260245ffd5b604052614e3383614802565b8152614e4160208401614802565b6020820152614e5260408401614802565b6040820152614e63606084016147b9565b6060820152614e74608084016147b9565b608082015260a08381013590820152614e8f60c084016147b9565b60c0820152614ea060e084016147b9565b60e08201529392505050565b5f5f83357fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe1843603018112614edf575f5ffd5b83018035915067ffffffffffffffff821115614ef9575f5ffd5b6020019150600581901b36038213156134de575f5ffd5b5f5f83357fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe1843603018112614f43575f5ffd5b83018035915067ffffffffffffffff821115614f5d575f5ffd5b6020019150368190038213156134de575f5ffd5b828482375f8382015f815283518060208601835e5f910190815295945050505050565b5f82357ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffea1833603018112614fc6575f5ffd5b9190910192915050565b5f610120820190508382526001600160a01b0383511660208301526001600160a01b0360208401511660408301526001600160a01b036040840151166060830152606083015161502c608084018267ffffffffffffffff169052565b50608083015167ffffffffffffffff811660a08401525060a083015160c083015260c083015161506860e084018267ffffffffffffffff169052565b5060e083015167ffffffffffffffff8116610100840152509392505050565b5f7f07ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff8311156150b4575f5ffd5b8260051b80858437919091019392505050565b5f602082840312156150d7575f5ffd5b8151611c9c816147ee565b8082028115828204841417610d2757610d27614c95565b5f8261510757615107614cf5565b500490565b5f610120820190508382526001600160a01b0383511660208301526001600160a01b0360208401511660408301526001600160a01b03604084015116606083015260608301516080830152608083015161517160a08401826001600160a01b03169052565b5060a083015160c083015260c083015161519760e084018267ffffffffffffffff169052565b5060e08301516101008301529392505050565b60ff8181168382160190811115610d2757610d27614c9556',
}
