// Generated from contracts/src by contracts/build/generate.ts; changed there.
import type { Contract } from '../binding/contract.ts'
import type { Address, Hex } from '../binding/values.ts'

export interface Binding {
  readonly owner: Address
  readonly notAfter: bigint
  readonly revokedFrom: bigint
}

export interface KeyCert {
  readonly owner: Address
  readonly operator: Address
  readonly notBefore: bigint
  readonly notAfter: bigint
}

export interface Signature {
  readonly r: Hex
  readonly vs: Hex
}

export interface IdentityRegistryTypes {
  readonly create: readonly [authority: Address, salt: Hex, revokeDelay: bigint]
  readonly functions: {
    readonly authorise: {
      readonly inputs: readonly [cert: KeyCert, ownerSignature: Signature, operatorSignature: Signature]
      readonly output: undefined
    }
    readonly authority: {
      readonly inputs: readonly []
      readonly output: Address
    }
    readonly bindingOf: {
      readonly inputs: readonly [operator: Address]
      readonly output: Binding
    }
    readonly domainSeparator: {
      readonly inputs: readonly []
      readonly output: Hex
    }
    readonly isActive: {
      readonly inputs: readonly [operator: Address]
      readonly output: boolean
    }
    readonly isConsumingScheduledOp: {
      readonly inputs: readonly []
      readonly output: Hex
    }
    readonly networkSalt: {
      readonly inputs: readonly []
      readonly output: Hex
    }
    readonly ownerOf: {
      readonly inputs: readonly [operator: Address]
      readonly output: Address
    }
    readonly punish: {
      readonly inputs: readonly [nullifier: Hex, operator: Address]
      readonly output: Address
    }
    readonly punishedAt: {
      readonly inputs: readonly [nullifier: Hex]
      readonly output: bigint
    }
    readonly revoke: {
      readonly inputs: readonly [operator: Address]
      readonly output: undefined
    }
    readonly revokeDelaySeconds: {
      readonly inputs: readonly []
      readonly output: bigint
    }
    readonly setAuthority: {
      readonly inputs: readonly [newAuthority: Address]
      readonly output: undefined
    }
    readonly tombstonedAt: {
      readonly inputs: readonly [owner: Address]
      readonly output: bigint
    }
  }
  readonly events: {
    readonly Authorised: {
      readonly owner: Address
      readonly operator: Address
      readonly notAfter: bigint
    }
    readonly AuthorityUpdated: {
      readonly authority: Address
    }
    readonly Revoked: {
      readonly owner: Address
      readonly operator: Address
      readonly from: bigint
    }
    readonly Tombstoned: {
      readonly owner: Address
      readonly operator: Address
      readonly nullifier: Hex
    }
  }
}

export const identityRegistry: Contract<IdentityRegistryTypes> = {
  name: 'IdentityRegistry',
  abi: [
    {"inputs":[{"internalType":"address","name":"authority","type":"address"},{"internalType":"bytes32","name":"salt","type":"bytes32"},{"internalType":"uint48","name":"revokeDelay","type":"uint48"}],"stateMutability":"nonpayable","type":"constructor"},
    {"inputs":[{"internalType":"address","name":"authority","type":"address"}],"name":"AccessManagedInvalidAuthority","type":"error"},
    {"inputs":[{"internalType":"address","name":"caller","type":"address"},{"internalType":"uint32","name":"delay","type":"uint32"}],"name":"AccessManagedRequiredDelay","type":"error"},
    {"inputs":[{"internalType":"address","name":"caller","type":"address"}],"name":"AccessManagedUnauthorized","type":"error"},
    {"inputs":[{"internalType":"bytes32","name":"nullifier","type":"bytes32"}],"name":"AlreadyPunished","type":"error"},
    {"inputs":[{"internalType":"uint64","name":"notAfter","type":"uint64"},{"internalType":"uint64","name":"held","type":"uint64"}],"name":"CertificateNotNewer","type":"error"},
    {"inputs":[{"internalType":"uint64","name":"notBefore","type":"uint64"},{"internalType":"uint64","name":"notAfter","type":"uint64"}],"name":"CertificateOutOfTime","type":"error"},
    {"inputs":[{"internalType":"address","name":"expected","type":"address"}],"name":"NotSignedBy","type":"error"},
    {"inputs":[{"internalType":"address","name":"owner","type":"address"}],"name":"OperatorBoundTo","type":"error"},
    {"inputs":[{"internalType":"address","name":"operator","type":"address"}],"name":"OperatorRevoked","type":"error"},
    {"inputs":[{"internalType":"address","name":"operator","type":"address"}],"name":"OperatorUnknown","type":"error"},
    {"inputs":[{"internalType":"address","name":"owner","type":"address"}],"name":"OwnerTombstoned","type":"error"},
    {"inputs":[{"internalType":"uint8","name":"bits","type":"uint8"},{"internalType":"uint256","name":"value","type":"uint256"}],"name":"SafeCastOverflowedUintDowncast","type":"error"},
    {"anonymous":false,"inputs":[{"indexed":true,"internalType":"address","name":"owner","type":"address"},{"indexed":true,"internalType":"address","name":"operator","type":"address"},{"indexed":false,"internalType":"uint64","name":"notAfter","type":"uint64"}],"name":"Authorised","type":"event"},
    {"anonymous":false,"inputs":[{"indexed":false,"internalType":"address","name":"authority","type":"address"}],"name":"AuthorityUpdated","type":"event"},
    {"anonymous":false,"inputs":[{"indexed":true,"internalType":"address","name":"owner","type":"address"},{"indexed":true,"internalType":"address","name":"operator","type":"address"},{"indexed":false,"internalType":"uint64","name":"from","type":"uint64"}],"name":"Revoked","type":"event"},
    {"anonymous":false,"inputs":[{"indexed":true,"internalType":"address","name":"owner","type":"address"},{"indexed":true,"internalType":"address","name":"operator","type":"address"},{"indexed":true,"internalType":"bytes32","name":"nullifier","type":"bytes32"}],"name":"Tombstoned","type":"event"},
    {"inputs":[{"components":[{"internalType":"address","name":"owner","type":"address"},{"internalType":"address","name":"operator","type":"address"},{"internalType":"uint64","name":"notBefore","type":"uint64"},{"internalType":"uint64","name":"notAfter","type":"uint64"}],"internalType":"struct KeyCert","name":"cert","type":"tuple"},{"components":[{"internalType":"bytes32","name":"r","type":"bytes32"},{"internalType":"bytes32","name":"vs","type":"bytes32"}],"internalType":"struct Signature","name":"ownerSignature","type":"tuple"},{"components":[{"internalType":"bytes32","name":"r","type":"bytes32"},{"internalType":"bytes32","name":"vs","type":"bytes32"}],"internalType":"struct Signature","name":"operatorSignature","type":"tuple"}],"name":"authorise","outputs":[],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[],"name":"authority","outputs":[{"internalType":"address","name":"","type":"address"}],"stateMutability":"view","type":"function"},
    {"inputs":[{"internalType":"address","name":"operator","type":"address"}],"name":"bindingOf","outputs":[{"components":[{"internalType":"address","name":"owner","type":"address"},{"internalType":"uint48","name":"notAfter","type":"uint48"},{"internalType":"uint48","name":"revokedFrom","type":"uint48"}],"internalType":"struct IdentityRegistry.Binding","name":"","type":"tuple"}],"stateMutability":"view","type":"function"},
    {"inputs":[],"name":"domainSeparator","outputs":[{"internalType":"bytes32","name":"","type":"bytes32"}],"stateMutability":"view","type":"function"},
    {"inputs":[{"internalType":"address","name":"operator","type":"address"}],"name":"isActive","outputs":[{"internalType":"bool","name":"","type":"bool"}],"stateMutability":"view","type":"function"},
    {"inputs":[],"name":"isConsumingScheduledOp","outputs":[{"internalType":"bytes4","name":"","type":"bytes4"}],"stateMutability":"view","type":"function"},
    {"inputs":[],"name":"networkSalt","outputs":[{"internalType":"bytes32","name":"","type":"bytes32"}],"stateMutability":"view","type":"function"},
    {"inputs":[{"internalType":"address","name":"operator","type":"address"}],"name":"ownerOf","outputs":[{"internalType":"address","name":"","type":"address"}],"stateMutability":"view","type":"function"},
    {"inputs":[{"internalType":"bytes32","name":"nullifier","type":"bytes32"},{"internalType":"address","name":"operator","type":"address"}],"name":"punish","outputs":[{"internalType":"address","name":"owner","type":"address"}],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[{"internalType":"bytes32","name":"nullifier","type":"bytes32"}],"name":"punishedAt","outputs":[{"internalType":"uint256","name":"","type":"uint256"}],"stateMutability":"view","type":"function"},
    {"inputs":[{"internalType":"address","name":"operator","type":"address"}],"name":"revoke","outputs":[],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[],"name":"revokeDelaySeconds","outputs":[{"internalType":"uint48","name":"","type":"uint48"}],"stateMutability":"view","type":"function"},
    {"inputs":[{"internalType":"address","name":"newAuthority","type":"address"}],"name":"setAuthority","outputs":[],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[{"internalType":"address","name":"owner","type":"address"}],"name":"tombstonedAt","outputs":[{"internalType":"uint256","name":"","type":"uint256"}],"stateMutability":"view","type":"function"},
  ],
  storage: {"_authority":0,"_consumingSchedule":0,"_bindings":1,"_tombstonedAt":2,"_punishedAt":3},
  runtime: {"hash":"0xfeb2c8f1f2f6a2f620013c4362b3badaa90bf1d9fef7acfbd8c4e95ed6d55999","bytes":6566,"immutables":[[395,32],[935,32],[2646,32],[3811,32],[3853,32],[3897,32]]},
  bytecode:
    '0x610100604052348015610010575f5ffd5b50604051611b90380380611b9083398101604081905261002f91610154565b60808290524660a05282826100e081604080517fa604fff5a27d5951f334ccda7abff3286a8af29caeeb196a6f2b40a1dce7612b6020808301919091527fe964903b5c228c6586e09c4be5f158e9807240a2b4ceffc8c5ce593c202fbf7b828401527fc89efdaa54c0f20c7adf612882df0950f5a951637e0307cdcb4c672f298b8bc6606083015246608083015260a0808301949094528251808303909401845260c0909101909152815191012090565b60c052506100ed81610101565b5065ffffffffffff1660e052506101a99050565b5f80546001600160a01b0319166001600160a01b0383169081179091556040519081527f2f658b440c35314f52658ea8a740e05b284cdc84dc9ae01e891f21b8933e7cad9060200160405180910390a150565b5f5f5f60608486031215610166575f5ffd5b83516001600160a01b038116811461017c575f5ffd5b60208501516040860151919450925065ffffffffffff8116811461019e575f5ffd5b809150509250925092565b60805160a05160c05160e0516119a66101ea5f395f818161018b0152610a5601525f610f3901525f610ee301525f81816103a70152610f0d01526119a65ff3fe608060405234801561000f575f5ffd5b50600436106100e5575f3560e01c80639f8a13d711610088578063bf7e214f11610063578063bf7e214f14610366578063e57cb93a14610383578063f1e3143b146103a2578063f698da25146103c9575f5ffd5b80639f8a13d7146102ed578063a521d20614610310578063becedc4314610323575f5ffd5b80637a9e5e4b116100c35780637a9e5e4b146101735780637f55dcd6146101865780638cae3151146101c45780638fb36037146102b4575f5ffd5b806314afd79e146100e957806316d9b7e01461014b57806374a8f10314610160575b5f5ffd5b6101216100f73660046116ec565b73ffffffffffffffffffffffffffffffffffffffff9081165f908152600160205260409020541690565b60405173ffffffffffffffffffffffffffffffffffffffff90911681526020015b60405180910390f35b61015e61015936600461171b565b6103d1565b005b61015e61016e3660046116ec565b6108ef565b61015e6101813660046116ec565b610b35565b6101ad7f000000000000000000000000000000000000000000000000000000000000000081565b60405165ffffffffffff9091168152602001610142565b61026c6101d23660046116ec565b60408051606080820183525f808352602080840182905292840181905273ffffffffffffffffffffffffffffffffffffffff9485168152600183528390208351918201845254938416815265ffffffffffff7401000000000000000000000000000000000000000085048116928201929092527a010000000000000000000000000000000000000000000000000000909304169082015290565b60408051825173ffffffffffffffffffffffffffffffffffffffff16815260208084015165ffffffffffff908116918301919091529282015190921690820152606001610142565b6102bc610c14565b6040517fffffffff000000000000000000000000000000000000000000000000000000009091168152602001610142565b6103006102fb3660046116ec565b610c60565b6040519015158152602001610142565b61012161031e366004611765565b610d52565b6103586103313660046116ec565b73ffffffffffffffffffffffffffffffffffffffff165f9081526002602052604090205490565b604051908152602001610142565b5f5473ffffffffffffffffffffffffffffffffffffffff16610121565b61035861039136600461178f565b5f9081526003602052604090205490565b6103587f000000000000000000000000000000000000000000000000000000000000000081565b610358610ee0565b6103e160608401604085016117bd565b67ffffffffffffffff16421080610410575061040360808401606085016117bd565b67ffffffffffffffff1642115b156104805761042560608401604085016117bd565b61043560808501606086016117bd565b6040517f99c6e84b00000000000000000000000000000000000000000000000000000000815267ffffffffffffffff9283166004820152911660248201526044015b60405180910390fd5b60025f61049060208601866116ec565b73ffffffffffffffffffffffffffffffffffffffff16815260208101919091526040015f205415610513576104c860208401846116ec565b6040517f70858a0000000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff9091166004820152602401610477565b5f60018161052760408701602088016116ec565b73ffffffffffffffffffffffffffffffffffffffff908116825260208201929092526040015f20805490925016156107135761056660208501856116ec565b815473ffffffffffffffffffffffffffffffffffffffff9081169116146105d45780546040517fc246f34e00000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff9091166004820152602401610477565b80547a010000000000000000000000000000000000000000000000000000900465ffffffffffff161561065c5761061160408501602086016116ec565b6040517fa5f3b76200000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff9091166004820152602401610477565b805474010000000000000000000000000000000000000000900465ffffffffffff1661068e60808601606087016117bd565b67ffffffffffffffff1611610713576106ad60808501606086016117bd565b81546040517fb5e0c2bb00000000000000000000000000000000000000000000000000000000815267ffffffffffffffff909216600483015274010000000000000000000000000000000000000000900465ffffffffffff166024820152604401610477565b5f61072b610726368790038701876117d6565b610f5b565b905061073a60208601866116ec565b73ffffffffffffffffffffffffffffffffffffffff163373ffffffffffffffffffffffffffffffffffffffff161461078357610783818561077e60208901896116ec565b61101d565b610798818461077e6040890160208a016116ec565b6107a560208601866116ec565b82547fffffffffffffffffffffffff00000000000000000000000000000000000000001673ffffffffffffffffffffffffffffffffffffffff919091161782556108076107f860808701606088016117bd565b67ffffffffffffffff166110c9565b825465ffffffffffff9190911674010000000000000000000000000000000000000000027fffffffffffff000000000000ffffffffffffffffffffffffffffffffffffffff90911617825561086260408601602087016116ec565b73ffffffffffffffffffffffffffffffffffffffff1661088560208701876116ec565b73ffffffffffffffffffffffffffffffffffffffff167f289713bcf2665368b42b91a5aab0f96d4695b53c040b5006b1b218f5ed99bcef6108cc6080890160608a016117bd565b60405167ffffffffffffffff909116815260200160405180910390a35050505050565b73ffffffffffffffffffffffffffffffffffffffff8082165f9081526001602052604090208054909116610967576040517f95000c3300000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff83166004820152602401610477565b805473ffffffffffffffffffffffffffffffffffffffff1633146109d25780546040517fc246f34e00000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff9091166004820152602401610477565b80547a010000000000000000000000000000000000000000000000000000900465ffffffffffff1615610a49576040517fa5f3b76200000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff83166004820152602401610477565b5f610a7c65ffffffffffff7f00000000000000000000000000000000000000000000000000000000000000001642611878565b9050610a87816110c9565b825465ffffffffffff919091167a0100000000000000000000000000000000000000000000000000000279ffffffffffffffffffffffffffffffffffffffffffffffffffff90911617825573ffffffffffffffffffffffffffffffffffffffff8316337fb1c57350b08a198ff1a7862eeb3246e35fa3fc8e954bc691997ce37da018cbc7610b1484611118565b60405167ffffffffffffffff909116815260200160405180910390a3505050565b5f54339073ffffffffffffffffffffffffffffffffffffffff168114610b9f576040517f068ca9d800000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff82166004820152602401610477565b8173ffffffffffffffffffffffffffffffffffffffff163b5f03610c07576040517fc2f31e5e00000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff83166004820152602401610477565b610c1082611167565b5050565b5f805474010000000000000000000000000000000000000000900460ff16610c3b57505f90565b507f8fb360370000000000000000000000000000000000000000000000000000000090565b73ffffffffffffffffffffffffffffffffffffffff8082165f9081526001602052604081208054919290911615801590610cbb5750805474010000000000000000000000000000000000000000900465ffffffffffff164211155b8015610d1c575080547a010000000000000000000000000000000000000000000000000000900465ffffffffffff161580610d1c575080547a010000000000000000000000000000000000000000000000000000900465ffffffffffff1642105b8015610d4b5750805473ffffffffffffffffffffffffffffffffffffffff165f90815260026020526040902054155b9392505050565b5f610d5e335f366111df565b5073ffffffffffffffffffffffffffffffffffffffff8082165f908152600160205260409020541680610dd5576040517f95000c3300000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff83166004820152602401610477565b5f8381526003602052604090205415610e1d576040517fb7cf6b2900000000000000000000000000000000000000000000000000000000815260048101849052602401610477565b5f83815260036020908152604080832042905573ffffffffffffffffffffffffffffffffffffffff8416835260029091528120549003610e7f5773ffffffffffffffffffffffffffffffffffffffff81165f9081526002602052604090204290555b828273ffffffffffffffffffffffffffffffffffffffff168273ffffffffffffffffffffffffffffffffffffffff167f36cfb40f22246501a576e263feeb46a9b995f04037ca8ad13fd4f1a594c2848560405160405180910390a492915050565b5f7f00000000000000000000000000000000000000000000000000000000000000004614610f3657610f317f0000000000000000000000000000000000000000000000000000000000000000611376565b905090565b507f000000000000000000000000000000000000000000000000000000000000000090565b5f7fe1e69f74b8d82f02c8dc7e79b974597aa22f9600bc0a013a96cec432ec950934826040516020016110009291905f60a08201905083825273ffffffffffffffffffffffffffffffffffffffff835116602083015273ffffffffffffffffffffffffffffffffffffffff602084015116604083015267ffffffffffffffff604084015116606083015267ffffffffffffffff60608401511660808301529392505050565b604051602081830303815290604052805190602001209050919050565b73ffffffffffffffffffffffffffffffffffffffff8116158061107557508073ffffffffffffffffffffffffffffffffffffffff1661105c8484611405565b73ffffffffffffffffffffffffffffffffffffffff1614155b156110c4576040517fd6adc45100000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff82166004820152602401610477565b505050565b5f65ffffffffffff821115611114576040517f6dfcc6500000000000000000000000000000000000000000000000000000000081526030600482015260248101839052604401610477565b5090565b5f67ffffffffffffffff82111561111457604080517f6dfcc650000000000000000000000000000000000000000000000000000000008152600481019190915260248101839052604401610477565b5f80547fffffffffffffffffffffffff00000000000000000000000000000000000000001673ffffffffffffffffffffffffffffffffffffffff83169081179091556040519081527f2f658b440c35314f52658ea8a740e05b284cdc84dc9ae01e891f21b8933e7cad9060200160405180910390a150565b5f5f61121f6112025f5473ffffffffffffffffffffffffffffffffffffffff1690565b863061121160045f898b6118b0565b61121a916118d7565b611483565b915091508161136f5763ffffffff811615611325575f80547fffffffffffffffffffffff00ffffffffffffffffffffffffffffffffffffffff811674010000000000000000000000000000000000000000179091556040517f94c7d7ee00000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff909116906394c7d7ee906112cb9088908890889060040161193d565b5f604051808303815f87803b1580156112e2575f5ffd5b505af11580156112f4573d5f5f3e3d5ffd5b50505f80547fffffffffffffffffffffff00ffffffffffffffffffffffffffffffffffffffff1690555061136f9050565b6040517f068ca9d800000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff86166004820152602401610477565b5050505050565b604080517fa604fff5a27d5951f334ccda7abff3286a8af29caeeb196a6f2b40a1dce7612b60208201527fe964903b5c228c6586e09c4be5f158e9807240a2b4ceffc8c5ce593c202fbf7b918101919091527fc89efdaa54c0f20c7adf612882df0950f5a951637e0307cdcb4c672f298b8bc6606082015246608082015260a081018290525f9060c001611000565b5f5f61140f610ee0565b6040517f190100000000000000000000000000000000000000000000000000000000000060208201526022810191909152604281018590526062016040516020818303038152906040528051906020012090505f61147582855f01358660200135611586565b509093505050505b92915050565b60405173ffffffffffffffffffffffffffffffffffffffff8085166024830152831660448201527fffffffff00000000000000000000000000000000000000000000000000000000821660648201525f9081908190608401604080517fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0818403018152918152602080830180517bffffffffffffffffffffffffffffffffffffffffffffffffffffffff167fb7009613000000000000000000000000000000000000000000000000000000001781525f808052918290528351939450919290918a5afa1561157c575f516020805191945081901c150291505b5094509492505050565b5f80807f7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff8416601b60ff86901c016115c0888289856115d1565b945094509450505093509350939050565b5f80807f7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a084111561160a57505f915060039050826116ba565b604080515f808252602082018084528a905260ff891692820192909252606081018790526080810186905260019060a0016020604051602081039080840390855afa15801561165b573d5f5f3e3d5ffd5b50506040517fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0015191505073ffffffffffffffffffffffffffffffffffffffff81166116b157505f9250600191508290506116ba565b92505f91508190505b9450945094915050565b803573ffffffffffffffffffffffffffffffffffffffff811681146116e7575f5ffd5b919050565b5f602082840312156116fc575f5ffd5b610d4b826116c4565b5f60408284031215611715575f5ffd5b50919050565b5f5f5f83850361010081121561172f575f5ffd5b608081121561173c575f5ffd5b5083925061174d8560808601611705565b915061175c8560c08601611705565b90509250925092565b5f5f60408385031215611776575f5ffd5b82359150611786602084016116c4565b90509250929050565b5f6020828403121561179f575f5ffd5b5035919050565b803567ffffffffffffffff811681146116e7575f5ffd5b5f602082840312156117cd575f5ffd5b610d4b826117a6565b5f60808284031280156117e7575f5ffd5b506040516080810167ffffffffffffffff81118282101715611830577f4e487b71000000000000000000000000000000000000000000000000000000005f52604160045260245ffd5b60405261183c836116c4565b815261184a602084016116c4565b602082015261185b604084016117a6565b604082015261186c606084016117a6565b60608201529392505050565b8082018082111561147d577f4e487b71000000000000000000000000000000000000000000000000000000005f52601160045260245ffd5b5f5f858511156118be575f5ffd5b838611156118ca575f5ffd5b5050820193919092039150565b80357fffffffff000000000000000000000000000000000000000000000000000000008116906004841015611936577fffffffff00000000000000000000000000000000000000000000000000000000808560040360031b1b82161691505b5092915050565b73ffffffffffffffffffffffffffffffffffffffff8416815260406020820152816040820152818360608301375f818301606090810191909152601f9092017fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe01601019291505056',
}
