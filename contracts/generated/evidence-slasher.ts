// Generated from contracts/src by contracts/build/generate.ts; changed there.
import type { Contract } from '../binding/contract.ts'
import type { Address, Hex } from '../binding/values.ts'

export interface EvidenceSlasherTypes {
  readonly create: readonly [salt: Hex, registry: Address, vault: Address, share: bigint, amountMin: bigint]
  readonly functions: {
    readonly PRICE_FACTOR: {
      readonly inputs: readonly []
      readonly output: bigint
    }
    readonly VICTIM_FACTOR: {
      readonly inputs: readonly []
      readonly output: bigint
    }
    readonly amountMin: {
      readonly inputs: readonly []
      readonly output: bigint
    }
    readonly domainSeparator: {
      readonly inputs: readonly []
      readonly output: Hex
    }
    readonly evidenceSeconds: {
      readonly inputs: readonly []
      readonly output: bigint
    }
    readonly networkSalt: {
      readonly inputs: readonly []
      readonly output: Hex
    }
    readonly registry: {
      readonly inputs: readonly []
      readonly output: Address
    }
    readonly shareBasisPoints: {
      readonly inputs: readonly []
      readonly output: bigint
    }
    readonly showOfferHeads: {
      readonly inputs: readonly [a: {
        readonly head: {
          readonly operator: Address
          readonly sequence: bigint
          readonly expiresAtMs: bigint
          readonly bodyHash: Hex
          readonly termsHash: Hex
          readonly beacon: Hex
        }
        readonly signature: {
          readonly r: Hex
          readonly vs: Hex
        }
      }, b: {
        readonly head: {
          readonly operator: Address
          readonly sequence: bigint
          readonly expiresAtMs: bigint
          readonly bodyHash: Hex
          readonly termsHash: Hex
          readonly beacon: Hex
        }
        readonly signature: {
          readonly r: Hex
          readonly vs: Hex
        }
      }]
      readonly output: {
        readonly nullifier: Hex
        readonly operator: Address
        readonly owner: Address
        readonly taken: bigint
      }
    }
    readonly showReceipts: {
      readonly inputs: readonly [a: {
        readonly receipt: {
          readonly operator: Address
          readonly agreement: Hex
          readonly status: bigint
          readonly outputRoot: Hex
          readonly weights: Hex
          readonly kernelClass: Hex
          readonly usage: bigint
          readonly price: bigint
          readonly waitedUs: bigint
          readonly computedUs: bigint
          readonly blockTime: bigint
        }
        readonly index: bigint
        readonly path: readonly Hex[]
        readonly batch: {
          readonly operator: Address
          readonly root: Hex
          readonly count: bigint
          readonly sequence: bigint
        }
        readonly signature: {
          readonly r: Hex
          readonly vs: Hex
        }
      }, b: {
        readonly receipt: {
          readonly operator: Address
          readonly agreement: Hex
          readonly status: bigint
          readonly outputRoot: Hex
          readonly weights: Hex
          readonly kernelClass: Hex
          readonly usage: bigint
          readonly price: bigint
          readonly waitedUs: bigint
          readonly computedUs: bigint
          readonly blockTime: bigint
        }
        readonly index: bigint
        readonly path: readonly Hex[]
        readonly batch: {
          readonly operator: Address
          readonly root: Hex
          readonly count: bigint
          readonly sequence: bigint
        }
        readonly signature: {
          readonly r: Hex
          readonly vs: Hex
        }
      }]
      readonly output: {
        readonly nullifier: Hex
        readonly operator: Address
        readonly owner: Address
        readonly taken: bigint
      }
    }
    readonly showReceiptsOf: {
      readonly inputs: readonly [a: {
        readonly receipt: {
          readonly operator: Address
          readonly agreement: Hex
          readonly status: bigint
          readonly outputRoot: Hex
          readonly weights: Hex
          readonly kernelClass: Hex
          readonly usage: bigint
          readonly price: bigint
          readonly waitedUs: bigint
          readonly computedUs: bigint
          readonly blockTime: bigint
        }
        readonly index: bigint
        readonly path: readonly Hex[]
        readonly batch: {
          readonly operator: Address
          readonly root: Hex
          readonly count: bigint
          readonly sequence: bigint
        }
        readonly signature: {
          readonly r: Hex
          readonly vs: Hex
        }
      }, b: {
        readonly receipt: {
          readonly operator: Address
          readonly agreement: Hex
          readonly status: bigint
          readonly outputRoot: Hex
          readonly weights: Hex
          readonly kernelClass: Hex
          readonly usage: bigint
          readonly price: bigint
          readonly waitedUs: bigint
          readonly computedUs: bigint
          readonly blockTime: bigint
        }
        readonly index: bigint
        readonly path: readonly Hex[]
        readonly batch: {
          readonly operator: Address
          readonly root: Hex
          readonly count: bigint
          readonly sequence: bigint
        }
        readonly signature: {
          readonly r: Hex
          readonly vs: Hex
        }
      }, agreement: {
        readonly payer: Address
        readonly operator: Address
        readonly offerHead: Hex
        readonly spec: Hex
        readonly inputRoot: Hex
        readonly policy: Hex
        readonly priceMax: bigint
        readonly nonce: bigint
        readonly attempt: bigint
        readonly blockNumber: bigint
        readonly blockTime: bigint
      }]
      readonly output: {
        readonly nullifier: Hex
        readonly operator: Address
        readonly owner: Address
        readonly taken: bigint
      }
    }
    readonly vault: {
      readonly inputs: readonly []
      readonly output: Address
    }
  }
  readonly events: {
    readonly Contradiction: {
      readonly nullifier: Hex
      readonly operator: Address
      readonly owner: Address
      readonly reporter: Address
      readonly taken: bigint
    }
  }
}

export const evidenceSlasher: Contract<EvidenceSlasherTypes> = {
  name: 'EvidenceSlasher',
  abi: [
    {"inputs":[{"internalType":"bytes32","name":"salt","type":"bytes32"},{"internalType":"contract IdentityRegistry","name":"registry_","type":"address"},{"internalType":"contract StakeVault","name":"vault_","type":"address"},{"internalType":"uint16","name":"share","type":"uint16"},{"internalType":"uint64","name":"amountMin_","type":"uint64"}],"stateMutability":"nonpayable","type":"constructor"},
    {"inputs":[],"name":"AgreementDoesNotFit","type":"error"},
    {"inputs":[{"internalType":"uint256","name":"until","type":"uint256"}],"name":"EvidenceTooOld","type":"error"},
    {"inputs":[],"name":"NoContradiction","type":"error"},
    {"inputs":[{"internalType":"address","name":"operator","type":"address"}],"name":"NotProven","type":"error"},
    {"inputs":[{"internalType":"address","name":"operator","type":"address"}],"name":"SignedAfterRevocation","type":"error"},
    {"anonymous":false,"inputs":[{"indexed":true,"internalType":"bytes32","name":"nullifier","type":"bytes32"},{"indexed":true,"internalType":"address","name":"operator","type":"address"},{"indexed":true,"internalType":"address","name":"owner","type":"address"},{"indexed":false,"internalType":"address","name":"reporter","type":"address"},{"indexed":false,"internalType":"uint64","name":"taken","type":"uint64"}],"name":"Contradiction","type":"event"},
    {"inputs":[],"name":"PRICE_FACTOR","outputs":[{"internalType":"uint64","name":"","type":"uint64"}],"stateMutability":"view","type":"function"},
    {"inputs":[],"name":"VICTIM_FACTOR","outputs":[{"internalType":"uint64","name":"","type":"uint64"}],"stateMutability":"view","type":"function"},
    {"inputs":[],"name":"amountMin","outputs":[{"internalType":"uint64","name":"","type":"uint64"}],"stateMutability":"view","type":"function"},
    {"inputs":[],"name":"domainSeparator","outputs":[{"internalType":"bytes32","name":"","type":"bytes32"}],"stateMutability":"view","type":"function"},
    {"inputs":[],"name":"evidenceSeconds","outputs":[{"internalType":"uint48","name":"","type":"uint48"}],"stateMutability":"view","type":"function"},
    {"inputs":[],"name":"networkSalt","outputs":[{"internalType":"bytes32","name":"","type":"bytes32"}],"stateMutability":"view","type":"function"},
    {"inputs":[],"name":"registry","outputs":[{"internalType":"contract IdentityRegistry","name":"","type":"address"}],"stateMutability":"view","type":"function"},
    {"inputs":[],"name":"shareBasisPoints","outputs":[{"internalType":"uint16","name":"","type":"uint16"}],"stateMutability":"view","type":"function"},
    {"inputs":[{"components":[{"components":[{"internalType":"address","name":"operator","type":"address"},{"internalType":"uint64","name":"sequence","type":"uint64"},{"internalType":"uint64","name":"expiresAtMs","type":"uint64"},{"internalType":"bytes32","name":"bodyHash","type":"bytes32"},{"internalType":"bytes32","name":"termsHash","type":"bytes32"},{"internalType":"bytes32","name":"beacon","type":"bytes32"}],"internalType":"struct OfferHead","name":"head","type":"tuple"},{"components":[{"internalType":"bytes32","name":"r","type":"bytes32"},{"internalType":"bytes32","name":"vs","type":"bytes32"}],"internalType":"struct Signature","name":"signature","type":"tuple"}],"internalType":"struct EvidenceSlasher.SignedOfferHead","name":"a","type":"tuple"},{"components":[{"components":[{"internalType":"address","name":"operator","type":"address"},{"internalType":"uint64","name":"sequence","type":"uint64"},{"internalType":"uint64","name":"expiresAtMs","type":"uint64"},{"internalType":"bytes32","name":"bodyHash","type":"bytes32"},{"internalType":"bytes32","name":"termsHash","type":"bytes32"},{"internalType":"bytes32","name":"beacon","type":"bytes32"}],"internalType":"struct OfferHead","name":"head","type":"tuple"},{"components":[{"internalType":"bytes32","name":"r","type":"bytes32"},{"internalType":"bytes32","name":"vs","type":"bytes32"}],"internalType":"struct Signature","name":"signature","type":"tuple"}],"internalType":"struct EvidenceSlasher.SignedOfferHead","name":"b","type":"tuple"}],"name":"showOfferHeads","outputs":[{"components":[{"internalType":"bytes32","name":"nullifier","type":"bytes32"},{"internalType":"address","name":"operator","type":"address"},{"internalType":"address","name":"owner","type":"address"},{"internalType":"uint64","name":"taken","type":"uint64"}],"internalType":"struct EvidenceSlasher.Finding","name":"","type":"tuple"}],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[{"components":[{"components":[{"internalType":"address","name":"operator","type":"address"},{"internalType":"bytes32","name":"agreement","type":"bytes32"},{"internalType":"uint8","name":"status","type":"uint8"},{"internalType":"bytes32","name":"outputRoot","type":"bytes32"},{"internalType":"bytes32","name":"weights","type":"bytes32"},{"internalType":"bytes32","name":"kernelClass","type":"bytes32"},{"internalType":"uint64","name":"usage","type":"uint64"},{"internalType":"uint64","name":"price","type":"uint64"},{"internalType":"uint64","name":"waitedUs","type":"uint64"},{"internalType":"uint64","name":"computedUs","type":"uint64"},{"internalType":"uint64","name":"blockTime","type":"uint64"}],"internalType":"struct Receipt","name":"receipt","type":"tuple"},{"internalType":"uint32","name":"index","type":"uint32"},{"internalType":"bytes32[]","name":"path","type":"bytes32[]"},{"components":[{"internalType":"address","name":"operator","type":"address"},{"internalType":"bytes32","name":"root","type":"bytes32"},{"internalType":"uint32","name":"count","type":"uint32"},{"internalType":"uint64","name":"sequence","type":"uint64"}],"internalType":"struct ReceiptBatch","name":"batch","type":"tuple"},{"components":[{"internalType":"bytes32","name":"r","type":"bytes32"},{"internalType":"bytes32","name":"vs","type":"bytes32"}],"internalType":"struct Signature","name":"signature","type":"tuple"}],"internalType":"struct EvidenceSlasher.ProvenReceipt","name":"a","type":"tuple"},{"components":[{"components":[{"internalType":"address","name":"operator","type":"address"},{"internalType":"bytes32","name":"agreement","type":"bytes32"},{"internalType":"uint8","name":"status","type":"uint8"},{"internalType":"bytes32","name":"outputRoot","type":"bytes32"},{"internalType":"bytes32","name":"weights","type":"bytes32"},{"internalType":"bytes32","name":"kernelClass","type":"bytes32"},{"internalType":"uint64","name":"usage","type":"uint64"},{"internalType":"uint64","name":"price","type":"uint64"},{"internalType":"uint64","name":"waitedUs","type":"uint64"},{"internalType":"uint64","name":"computedUs","type":"uint64"},{"internalType":"uint64","name":"blockTime","type":"uint64"}],"internalType":"struct Receipt","name":"receipt","type":"tuple"},{"internalType":"uint32","name":"index","type":"uint32"},{"internalType":"bytes32[]","name":"path","type":"bytes32[]"},{"components":[{"internalType":"address","name":"operator","type":"address"},{"internalType":"bytes32","name":"root","type":"bytes32"},{"internalType":"uint32","name":"count","type":"uint32"},{"internalType":"uint64","name":"sequence","type":"uint64"}],"internalType":"struct ReceiptBatch","name":"batch","type":"tuple"},{"components":[{"internalType":"bytes32","name":"r","type":"bytes32"},{"internalType":"bytes32","name":"vs","type":"bytes32"}],"internalType":"struct Signature","name":"signature","type":"tuple"}],"internalType":"struct EvidenceSlasher.ProvenReceipt","name":"b","type":"tuple"}],"name":"showReceipts","outputs":[{"components":[{"internalType":"bytes32","name":"nullifier","type":"bytes32"},{"internalType":"address","name":"operator","type":"address"},{"internalType":"address","name":"owner","type":"address"},{"internalType":"uint64","name":"taken","type":"uint64"}],"internalType":"struct EvidenceSlasher.Finding","name":"","type":"tuple"}],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[{"components":[{"components":[{"internalType":"address","name":"operator","type":"address"},{"internalType":"bytes32","name":"agreement","type":"bytes32"},{"internalType":"uint8","name":"status","type":"uint8"},{"internalType":"bytes32","name":"outputRoot","type":"bytes32"},{"internalType":"bytes32","name":"weights","type":"bytes32"},{"internalType":"bytes32","name":"kernelClass","type":"bytes32"},{"internalType":"uint64","name":"usage","type":"uint64"},{"internalType":"uint64","name":"price","type":"uint64"},{"internalType":"uint64","name":"waitedUs","type":"uint64"},{"internalType":"uint64","name":"computedUs","type":"uint64"},{"internalType":"uint64","name":"blockTime","type":"uint64"}],"internalType":"struct Receipt","name":"receipt","type":"tuple"},{"internalType":"uint32","name":"index","type":"uint32"},{"internalType":"bytes32[]","name":"path","type":"bytes32[]"},{"components":[{"internalType":"address","name":"operator","type":"address"},{"internalType":"bytes32","name":"root","type":"bytes32"},{"internalType":"uint32","name":"count","type":"uint32"},{"internalType":"uint64","name":"sequence","type":"uint64"}],"internalType":"struct ReceiptBatch","name":"batch","type":"tuple"},{"components":[{"internalType":"bytes32","name":"r","type":"bytes32"},{"internalType":"bytes32","name":"vs","type":"bytes32"}],"internalType":"struct Signature","name":"signature","type":"tuple"}],"internalType":"struct EvidenceSlasher.ProvenReceipt","name":"a","type":"tuple"},{"components":[{"components":[{"internalType":"address","name":"operator","type":"address"},{"internalType":"bytes32","name":"agreement","type":"bytes32"},{"internalType":"uint8","name":"status","type":"uint8"},{"internalType":"bytes32","name":"outputRoot","type":"bytes32"},{"internalType":"bytes32","name":"weights","type":"bytes32"},{"internalType":"bytes32","name":"kernelClass","type":"bytes32"},{"internalType":"uint64","name":"usage","type":"uint64"},{"internalType":"uint64","name":"price","type":"uint64"},{"internalType":"uint64","name":"waitedUs","type":"uint64"},{"internalType":"uint64","name":"computedUs","type":"uint64"},{"internalType":"uint64","name":"blockTime","type":"uint64"}],"internalType":"struct Receipt","name":"receipt","type":"tuple"},{"internalType":"uint32","name":"index","type":"uint32"},{"internalType":"bytes32[]","name":"path","type":"bytes32[]"},{"components":[{"internalType":"address","name":"operator","type":"address"},{"internalType":"bytes32","name":"root","type":"bytes32"},{"internalType":"uint32","name":"count","type":"uint32"},{"internalType":"uint64","name":"sequence","type":"uint64"}],"internalType":"struct ReceiptBatch","name":"batch","type":"tuple"},{"components":[{"internalType":"bytes32","name":"r","type":"bytes32"},{"internalType":"bytes32","name":"vs","type":"bytes32"}],"internalType":"struct Signature","name":"signature","type":"tuple"}],"internalType":"struct EvidenceSlasher.ProvenReceipt","name":"b","type":"tuple"},{"components":[{"internalType":"address","name":"payer","type":"address"},{"internalType":"address","name":"operator","type":"address"},{"internalType":"bytes32","name":"offerHead","type":"bytes32"},{"internalType":"bytes32","name":"spec","type":"bytes32"},{"internalType":"bytes32","name":"inputRoot","type":"bytes32"},{"internalType":"bytes32","name":"policy","type":"bytes32"},{"internalType":"uint64","name":"priceMax","type":"uint64"},{"internalType":"uint64","name":"nonce","type":"uint64"},{"internalType":"uint32","name":"attempt","type":"uint32"},{"internalType":"uint64","name":"blockNumber","type":"uint64"},{"internalType":"uint64","name":"blockTime","type":"uint64"}],"internalType":"struct Agreement","name":"agreement","type":"tuple"}],"name":"showReceiptsOf","outputs":[{"components":[{"internalType":"bytes32","name":"nullifier","type":"bytes32"},{"internalType":"address","name":"operator","type":"address"},{"internalType":"address","name":"owner","type":"address"},{"internalType":"uint64","name":"taken","type":"uint64"}],"internalType":"struct EvidenceSlasher.Finding","name":"","type":"tuple"}],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[],"name":"vault","outputs":[{"internalType":"contract StakeVault","name":"","type":"address"}],"stateMutability":"view","type":"function"},
  ],
  storage: {},
  runtime: {"hash":"0xbd7be0d69b606a87ef2e918b2f814c18c9b432047f7cff046607eaba07f6f7af","bytes":8396,"immutables":[[353,32],[429,32],[512,32],[574,32],[648,32],[709,32],[1698,32],[1740,32],[1784,32],[2874,32],[3056,32],[3410,32],[3535,32],[3640,32],[3682,32],[3741,32]]},
  bytecode:
    '0x610180604052348015610010575f5ffd5b5060405161239e38038061239e83398101604081905261002f9161019b565b60808590524660a052846100df81604080517fa604fff5a27d5951f334ccda7abff3286a8af29caeeb196a6f2b40a1dce7612b6020808301919091527fe964903b5c228c6586e09c4be5f158e9807240a2b4ceffc8c5ce593c202fbf7b828401527fc89efdaa54c0f20c7adf612882df0950f5a951637e0307cdcb4c672f298b8bc6606083015246608083015260a0808301949094528251808303909401845260c0909101909152815191012090565b60c052506001600160a01b0380851661014052831661016081905261ffff831660e0526001600160401b038216610100526040805163b9ec492160e01b8152905163b9ec4921916004808201926020929091908290030181865afa158015610149573d5f5f3e3d5ffd5b505050506040513d601f19601f8201168201806040525081019061016d9190610213565b65ffffffffffff16610120525061023f9350505050565b6001600160a01b0381168114610198575f5ffd5b50565b5f5f5f5f5f60a086880312156101af575f5ffd5b8551945060208601516101c181610184565b60408701519094506101d281610184565b606087015190935061ffff811681146101e9575f5ffd5b60808701519092506001600160401b0381168114610205575f5ffd5b809150509295509295909350565b5f60208284031215610223575f5ffd5b815165ffffffffffff81168114610238575f5ffd5b9392505050565b60805160a05160c05160e051610100516101205161014051610160516120cc6102d25f395f81816102c50152610dcf01525f818161016101528181610bf00152610d5201525f81816102000152610b3a01525f81816101ad01528181610e620152610e9d01525f818161023e0152610e3801525f6106f801525f6106a201525f818161028801526106cc01526120cc5ff3fe608060405234801561000f575f5ffd5b50600436106100cf575f3560e01c8063cd6d7f811161007d578063f698da2511610058578063f698da25146102b8578063fbfa77cf146102c0578063fe49bb97146102e7575f5ffd5b8063cd6d7f8114610273578063d13268d31461027b578063f1e3143b14610283575f5ffd5b8063abbdfe0e116100ad578063abbdfe0e146101e8578063b9ec4921146101fb578063c345acd614610239575f5ffd5b8063243f561b146100d35780637b1039991461015c5780639d9c49c9146101a8575b5f5ffd5b6100e66100e13660046116c8565b6102fa565b60405161015391905f6080820190508251825273ffffffffffffffffffffffffffffffffffffffff602084015116602083015273ffffffffffffffffffffffffffffffffffffffff604084015116604083015267ffffffffffffffff606084015116606083015292915050565b60405180910390f35b6101837f000000000000000000000000000000000000000000000000000000000000000081565b60405173ffffffffffffffffffffffffffffffffffffffff9091168152602001610153565b6101cf7f000000000000000000000000000000000000000000000000000000000000000081565b60405167ffffffffffffffff9091168152602001610153565b6100e66101f6366004611778565b6103e6565b6102227f000000000000000000000000000000000000000000000000000000000000000081565b60405165ffffffffffff9091168152602001610153565b6102607f000000000000000000000000000000000000000000000000000000000000000081565b60405161ffff9091168152602001610153565b6101cf600a81565b6101cf600281565b6102aa7f000000000000000000000000000000000000000000000000000000000000000081565b604051908152602001610153565b6102aa61069f565b6101837f000000000000000000000000000000000000000000000000000000000000000081565b6100e66102f53660046117ad565b61071a565b604080516080810182525f8082526020820181905291810182905260608101919091525f602085013561033a610335368690038601866118c8565b61074f565b14801561038d575061034f6020860186611989565b73ffffffffffffffffffffffffffffffffffffffff166103756040850160208601611989565b73ffffffffffffffffffffffffffffffffffffffff16145b9050806103c6576040517fcb7f955800000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b6103dd85856103d86020870187611989565b6107a0565b95945050505050565b604080516080810182525f80825260208201819052918101829052606081018290529061042061041b368690038601866119a4565b6109e2565b90505f61043561041b368690038601866119a4565b90505f6104456020870187611989565b90506104546020860186611989565b73ffffffffffffffffffffffffffffffffffffffff168173ffffffffffffffffffffffffffffffffffffffff161415806104c057506104996040860160208701611a5b565b67ffffffffffffffff166104b36040880160208901611a5b565b67ffffffffffffffff1614155b806104ca57508183145b15610501576040517fae591c8700000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b8073ffffffffffffffffffffffffffffffffffffffff16610525848860c001610a85565b73ffffffffffffffffffffffffffffffffffffffff1614158061058057508073ffffffffffffffffffffffffffffffffffffffff16610567838760c001610a85565b73ffffffffffffffffffffffffffffffffffffffff1614155b156105d4576040517f17f8e30800000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff821660048201526024015b60405180910390fd5b610617816103e86105eb60608a0160408b01611a5b565b6105f59190611ad0565b6103e861060860608a0160408b01611a5b565b6106129190611ad0565b610b01565b5f60028261062b60408a0160208b01611a5b565b67ffffffffffffffff1660405160200161066e9392919092835273ffffffffffffffffffffffffffffffffffffffff919091166020830152604082015260600190565b60405160208183030381529060405280519060200120905061069281835f5f610ce2565b9450505050505b92915050565b5f7f000000000000000000000000000000000000000000000000000000000000000046146106f5576106f07f0000000000000000000000000000000000000000000000000000000000000000611034565b905090565b507f000000000000000000000000000000000000000000000000000000000000000090565b604080516080810182525f80825260208201819052918101829052606081019190915261074883835f6107a0565b9392505050565b5f7fe949f9d0b6cf84f5d31a5fe6dbc11214878eeae9e15e60bb55c9f5d09a70123a82604051602001610783929190611aff565b604051602081830303815290604052805190602001209050919050565b604080516080810182525f8082526020820181905291810182905260608101919091525f6107d16020860186611989565b90505f6107e16020860186611989565b73ffffffffffffffffffffffffffffffffffffffff168273ffffffffffffffffffffffffffffffffffffffff16148015610822575060208681013590860135145b80156108a357506108396060860160408701611bfd565b60ff1661084c6060880160408901611bfd565b60ff1614158061086457506060868101359086013514155b806108a3575061087b610100860160e08701611a5b565b67ffffffffffffffff16610896610100880160e08901611a5b565b67ffffffffffffffff1614155b9050806108dc576040517fae591c8700000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b6108e5866110c3565b6108ee856110c3565b6109168261090461016089016101408a01611a5b565b61061261016089016101408a01611a5b565b5f610928610100870160e08801611a5b565b67ffffffffffffffff16610943610100890160e08a01611a5b565b67ffffffffffffffff161161096857610963610100870160e08801611a5b565b610979565b610979610100880160e08901611a5b565b60408051600160208281019190915273ffffffffffffffffffffffffffffffffffffffff8716928201929092529089013560608201529091506109d79060800160405160208183030381529060405280519060200120848784610ce2565b979650505050505050565b5f7fcf70644c8e3abd91f47f2b1ae07d60b017b9f75a642c3084675c9538b6886490826040516020016107839291905f60e08201905083825273ffffffffffffffffffffffffffffffffffffffff835116602083015267ffffffffffffffff602084015116604083015267ffffffffffffffff604084015116606083015260608301516080830152608083015160a083015260a083015160c08301529392505050565b5f5f610a8f61069f565b6040517f190100000000000000000000000000000000000000000000000000000000000060208201526022810191909152604281018590526062016040516020818303038152906040528051906020012090505f610af582855f01358660200135611237565b50909695505050505050565b5f5f8267ffffffffffffffff168467ffffffffffffffff1610610b25578284610b28565b83835b90925090505f610b6a65ffffffffffff7f00000000000000000000000000000000000000000000000000000000000000001667ffffffffffffffff8416611c16565b905080421115610ba9576040517f485cf8eb000000000000000000000000000000000000000000000000000000008152600481018290526024016105cb565b6040517f8cae315100000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff87811660048301525f917f000000000000000000000000000000000000000000000000000000000000000090911690638cae315190602401606060405180830381865afa158015610c37573d5f5f3e3d5ffd5b505050506040513d601f19601f82011682018060405250810190610c5b9190611c3e565b60400151905065ffffffffffff811615801590610c8a57508065ffffffffffff168467ffffffffffffffff1610155b15610cd9576040517f54898ab600000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff881660048201526024016105cb565b50505050505050565b604080516080810182525f808252602082018190528183018190526060820181905291517fa521d2060000000000000000000000000000000000000000000000000000000081526004810187905273ffffffffffffffffffffffffffffffffffffffff86811660248301529192917f0000000000000000000000000000000000000000000000000000000000000000169063a521d206906044016020604051808303815f875af1158015610d98573d5f5f3e3d5ffd5b505050506040513d601f19601f82011682018060405250810190610dbc9190611cd1565b90505f610dca84600a611282565b90505f7f000000000000000000000000000000000000000000000000000000000000000073ffffffffffffffffffffffffffffffffffffffff1663bc493e036040518060e001604052808b81526020018673ffffffffffffffffffffffffffffffffffffffff1681526020017f000000000000000000000000000000000000000000000000000000000000000061ffff1681526020017f000000000000000000000000000000000000000000000000000000000000000067ffffffffffffffff168667ffffffffffffffff1611610ec1577f0000000000000000000000000000000000000000000000000000000000000000610ec3565b855b67ffffffffffffffff1681526020018973ffffffffffffffffffffffffffffffffffffffff168152602001610ef9896002611282565b67ffffffffffffffff168152336020909101526040517fffffffff0000000000000000000000000000000000000000000000000000000060e084901b168152610f459190600401611cec565b6020604051808303815f875af1158015610f61573d5f5f3e3d5ffd5b505050506040513d601f19601f82011682018060405250810190610f859190611d9b565b6040805133815267ffffffffffffffff8316602082015291925073ffffffffffffffffffffffffffffffffffffffff80861692908a16918b917fb8947572b2f1cac867809b122d97bd49814871dfbaf09f86039a77b904a97e4b910160405180910390a46040805160808101825298895273ffffffffffffffffffffffffffffffffffffffff97881660208a015292909616918701919091525050505067ffffffffffffffff16606082015290565b604080517fa604fff5a27d5951f334ccda7abff3286a8af29caeeb196a6f2b40a1dce7612b60208201527fe964903b5c228c6586e09c4be5f158e9807240a2b4ceffc8c5ce593c202fbf7b918101919091527fc89efdaa54c0f20c7adf612882df0950f5a951637e0307cdcb4c672f298b8bc6606082015246608082015260a081018290525f9060c001610783565b6101a081015f6110d66020840184611989565b90505f73ffffffffffffffffffffffffffffffffffffffff821615801590611135575073ffffffffffffffffffffffffffffffffffffffff821661111d6020850185611989565b73ffffffffffffffffffffffffffffffffffffffff16145b801561118657506111868461115261018082016101608301611db6565b63ffffffff166111686060870160408801611db6565b63ffffffff1661117c610180890189611dcf565b88602001356112c4565b80156111e0575073ffffffffffffffffffffffffffffffffffffffff82166111c86111be6111b936879003870187611e3a565b611508565b8661022001610a85565b73ffffffffffffffffffffffffffffffffffffffff16145b905080611231576040517f17f8e30800000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff831660048201526024016105cb565b50505050565b5f80807f7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff8416601b60ff86901c016112718882898561158a565b945094509450505093509350939050565b5f8061129b67ffffffffffffffff808516908616611ed9565b905067ffffffffffffffff81116112b257806112bc565b67ffffffffffffffff5b949350505050565b5f60408511806112d45750848610155b806112df5750600683115b806112fa57506112f56060880160408901611bfd565b60ff16155b1561130657505f6114fe565b5f8061131f61131a368b90038b018b611ef0565b61167d565b6040517fff0000000000000000000000000000000000000000000000000000000000000090921660208301526021820152604101604080517fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0818403018152919052805160209091012090505f87875b60018111156114e9575f6113a4600183611f7e565b831480156113bc57506113b8600283611f91565b6001145b9050806114bc578784036113d7575f955050505050506114fe565b5f8989866113e481611fa4565b97508181106113f5576113f5611fdb565b90506020020135905060028461140b9190611f91565b600114611467576040517f010000000000000000000000000000000000000000000000000000000000000060208201526021810187905260418101829052606101604051602081830303815290604052805190602001206114b8565b6040517f010000000000000000000000000000000000000000000000000000000000000060208201526021810182905260418101879052606101604051602081830303815290604052805190602001205b9550505b6114c7600284612008565b9250600290506114d8826001611c16565b6114e29190612008565b905061138f565b5081861480156114f857508483145b93505050505b9695505050505050565b604080517f06086e64967414245ba973009dfe28b9d05726db1e1dcb8592f0b9cc637b5e39602080830191909152835173ffffffffffffffffffffffffffffffffffffffff16828401528301516060808301919091529183015163ffffffff1660808201529082015167ffffffffffffffff1660a08201525f9060c001610783565b5f80807f7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a08411156115c357505f91506003905082611673565b604080515f808252602082018084528a905260ff891692820192909252606081018790526080810186905260019060a0016020604051602081039080840390855afa158015611614573d5f5f3e3d5ffd5b50506040517fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0015191505073ffffffffffffffffffffffffffffffffffffffff811661166a57505f925060019150829050611673565b92505f91508190505b9450945094915050565b5f7fb682d93bffa1b8fa6861710d7e4b2f8ebf2b6cacecc8be986ce6aab63199e0858260405160200161078392919061201b565b5f61026082840312156116c2575f5ffd5b50919050565b5f5f5f8385036101a08112156116dc575f5ffd5b843567ffffffffffffffff8111156116f2575f5ffd5b6116fe878288016116b1565b945050602085013567ffffffffffffffff81111561171a575f5ffd5b611726878288016116b1565b9350506101607fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc082011215611759575f5ffd5b506040840190509250925092565b5f61010082840312156116c2575f5ffd5b5f5f610200838503121561178a575f5ffd5b6117948484611767565b91506117a4846101008501611767565b90509250929050565b5f5f604083850312156117be575f5ffd5b823567ffffffffffffffff8111156117d4575f5ffd5b6117e0858286016116b1565b925050602083013567ffffffffffffffff8111156117fc575f5ffd5b611808858286016116b1565b9150509250929050565b604051610160810167ffffffffffffffff8111828210171561185b577f4e487b71000000000000000000000000000000000000000000000000000000005f52604160045260245ffd5b60405290565b73ffffffffffffffffffffffffffffffffffffffff81168114611882575f5ffd5b50565b803561189081611861565b919050565b67ffffffffffffffff81168114611882575f5ffd5b803561189081611895565b803563ffffffff81168114611890575f5ffd5b5f6101608284031280156118da575f5ffd5b506118e3611812565b6118ec83611885565b81526118fa60208401611885565b602082015260408381013590820152606080840135908201526080808401359082015260a0808401359082015261193360c084016118aa565b60c082015261194460e084016118aa565b60e082015261195661010084016118b5565b61010082015261196961012084016118aa565b61012082015261197c61014084016118aa565b6101408201529392505050565b5f60208284031215611999575f5ffd5b813561074881611861565b5f60c08284031280156119b5575f5ffd5b5060405160c0810167ffffffffffffffff811182821017156119fe577f4e487b71000000000000000000000000000000000000000000000000000000005f52604160045260245ffd5b6040528235611a0c81611861565b81526020830135611a1c81611895565b60208201526040830135611a2f81611895565b6040820152606083810135908201526080808401359082015260a0928301359281019290925250919050565b5f60208284031215611a6b575f5ffd5b813561074881611895565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601260045260245ffd5b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601160045260245ffd5b5f67ffffffffffffffff831680611ae957611ae9611a76565b8067ffffffffffffffff84160491505092915050565b828152815173ffffffffffffffffffffffffffffffffffffffff1660208201526101808101602083015173ffffffffffffffffffffffffffffffffffffffff81166040840152506040830151606083015260608301516080830152608083015160a083015260a083015160c083015260c0830151611b8960e084018267ffffffffffffffff169052565b5060e083015167ffffffffffffffff81166101008401525061010083015163ffffffff81166101208401525b5061012083015167ffffffffffffffff81166101408401525061014083015167ffffffffffffffff8116610160840152509392505050565b803560ff81168114611890575f5ffd5b5f60208284031215611c0d575f5ffd5b61074882611bed565b8082018082111561069957610699611aa3565b805165ffffffffffff81168114611890575f5ffd5b5f6060828403128015611c4f575f5ffd5b506040516060810167ffffffffffffffff81118282101715611c98577f4e487b71000000000000000000000000000000000000000000000000000000005f52604160045260245ffd5b6040528251611ca681611861565b8152611cb460208401611c29565b6020820152611cc560408401611c29565b60408201529392505050565b5f60208284031215611ce1575f5ffd5b815161074881611861565b5f60e0820190508251825273ffffffffffffffffffffffffffffffffffffffff602084015116602083015261ffff604084015116604083015267ffffffffffffffff606084015116606083015273ffffffffffffffffffffffffffffffffffffffff608084015116608083015267ffffffffffffffff60a08401511660a083015260c0830151611d9460c084018273ffffffffffffffffffffffffffffffffffffffff169052565b5092915050565b5f60208284031215611dab575f5ffd5b815161074881611895565b5f60208284031215611dc6575f5ffd5b610748826118b5565b5f5f83357fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe1843603018112611e02575f5ffd5b83018035915067ffffffffffffffff821115611e1c575f5ffd5b6020019150600581901b3603821315611e33575f5ffd5b9250929050565b5f6080828403128015611e4b575f5ffd5b506040516080810167ffffffffffffffff81118282101715611e94577f4e487b71000000000000000000000000000000000000000000000000000000005f52604160045260245ffd5b6040528235611ea281611861565b815260208381013590820152611eba604084016118b5565b60408201526060830135611ecd81611895565b60608201529392505050565b808202811582820484141761069957610699611aa3565b5f610160828403128015611f02575f5ffd5b50611f0b611812565b611f1483611885565b815260208381013590820152611f2c60408401611bed565b6040820152606083810135908201526080808401359082015260a08084013590820152611f5b60c084016118aa565b60c0820152611f6c60e084016118aa565b60e082015261195661010084016118aa565b8181038181111561069957610699611aa3565b5f82611f9f57611f9f611a76565b500690565b5f7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff8203611fd457611fd4611aa3565b5060010190565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52603260045260245ffd5b5f8261201657612016611a76565b500490565b828152815173ffffffffffffffffffffffffffffffffffffffff166020820152610180810160208301516040830152604083015161205e606084018260ff169052565b5060608301516080830152608083015160a083015260a083015160c083015260c083015161209860e084018267ffffffffffffffff169052565b5060e083015167ffffffffffffffff81166101008401525061010083015167ffffffffffffffff8116610120840152611bb556',
}
