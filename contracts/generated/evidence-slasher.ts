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
    {"inputs":[{"components":[{"components":[{"internalType":"address","name":"operator","type":"address"},{"internalType":"uint64","name":"sequence","type":"uint64"},{"internalType":"uint64","name":"expiresAtMs","type":"uint64"},{"internalType":"bytes32","name":"bodyHash","type":"bytes32"},{"internalType":"bytes32","name":"termsHash","type":"bytes32"},{"internalType":"bytes32","name":"beacon","type":"bytes32"}],"internalType":"struct OfferHead","name":"head","type":"tuple"},{"components":[{"internalType":"bytes32","name":"r","type":"bytes32"},{"internalType":"bytes32","name":"vs","type":"bytes32"}],"internalType":"struct Signature","name":"signature","type":"tuple"}],"internalType":"struct EvidenceSlasher.SignedOfferHead","name":"a","type":"tuple"},{"components":[{"components":[{"internalType":"address","name":"operator","type":"address"},{"internalType":"uint64","name":"sequence","type":"uint64"},{"internalType":"uint64","name":"expiresAtMs","type":"uint64"},{"internalType":"bytes32","name":"bodyHash","type":"bytes32"},{"internalType":"bytes32","name":"termsHash","type":"bytes32"},{"internalType":"bytes32","name":"beacon","type":"bytes32"}],"internalType":"struct OfferHead","name":"head","type":"tuple"},{"components":[{"internalType":"bytes32","name":"r","type":"bytes32"},{"internalType":"bytes32","name":"vs","type":"bytes32"}],"internalType":"struct Signature","name":"signature","type":"tuple"}],"internalType":"struct EvidenceSlasher.SignedOfferHead","name":"b","type":"tuple"}],"name":"showOfferHeads","outputs":[{"components":[{"internalType":"bytes32","name":"nullifier","type":"bytes32"},{"internalType":"address","name":"operator","type":"address"},{"internalType":"address","name":"owner","type":"address"},{"internalType":"uint64","name":"taken","type":"uint64"}],"internalType":"struct ContradictionCourt.Finding","name":"","type":"tuple"}],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[{"components":[{"components":[{"internalType":"address","name":"operator","type":"address"},{"internalType":"bytes32","name":"agreement","type":"bytes32"},{"internalType":"uint8","name":"status","type":"uint8"},{"internalType":"bytes32","name":"outputRoot","type":"bytes32"},{"internalType":"bytes32","name":"weights","type":"bytes32"},{"internalType":"bytes32","name":"kernelClass","type":"bytes32"},{"internalType":"uint64","name":"usage","type":"uint64"},{"internalType":"uint64","name":"price","type":"uint64"},{"internalType":"uint64","name":"waitedUs","type":"uint64"},{"internalType":"uint64","name":"computedUs","type":"uint64"},{"internalType":"uint64","name":"blockTime","type":"uint64"}],"internalType":"struct Receipt","name":"receipt","type":"tuple"},{"internalType":"uint32","name":"index","type":"uint32"},{"internalType":"bytes32[]","name":"path","type":"bytes32[]"},{"components":[{"internalType":"address","name":"operator","type":"address"},{"internalType":"bytes32","name":"root","type":"bytes32"},{"internalType":"uint32","name":"count","type":"uint32"},{"internalType":"uint64","name":"sequence","type":"uint64"}],"internalType":"struct ReceiptBatch","name":"batch","type":"tuple"},{"components":[{"internalType":"bytes32","name":"r","type":"bytes32"},{"internalType":"bytes32","name":"vs","type":"bytes32"}],"internalType":"struct Signature","name":"signature","type":"tuple"}],"internalType":"struct EvidenceSlasher.ProvenReceipt","name":"a","type":"tuple"},{"components":[{"components":[{"internalType":"address","name":"operator","type":"address"},{"internalType":"bytes32","name":"agreement","type":"bytes32"},{"internalType":"uint8","name":"status","type":"uint8"},{"internalType":"bytes32","name":"outputRoot","type":"bytes32"},{"internalType":"bytes32","name":"weights","type":"bytes32"},{"internalType":"bytes32","name":"kernelClass","type":"bytes32"},{"internalType":"uint64","name":"usage","type":"uint64"},{"internalType":"uint64","name":"price","type":"uint64"},{"internalType":"uint64","name":"waitedUs","type":"uint64"},{"internalType":"uint64","name":"computedUs","type":"uint64"},{"internalType":"uint64","name":"blockTime","type":"uint64"}],"internalType":"struct Receipt","name":"receipt","type":"tuple"},{"internalType":"uint32","name":"index","type":"uint32"},{"internalType":"bytes32[]","name":"path","type":"bytes32[]"},{"components":[{"internalType":"address","name":"operator","type":"address"},{"internalType":"bytes32","name":"root","type":"bytes32"},{"internalType":"uint32","name":"count","type":"uint32"},{"internalType":"uint64","name":"sequence","type":"uint64"}],"internalType":"struct ReceiptBatch","name":"batch","type":"tuple"},{"components":[{"internalType":"bytes32","name":"r","type":"bytes32"},{"internalType":"bytes32","name":"vs","type":"bytes32"}],"internalType":"struct Signature","name":"signature","type":"tuple"}],"internalType":"struct EvidenceSlasher.ProvenReceipt","name":"b","type":"tuple"}],"name":"showReceipts","outputs":[{"components":[{"internalType":"bytes32","name":"nullifier","type":"bytes32"},{"internalType":"address","name":"operator","type":"address"},{"internalType":"address","name":"owner","type":"address"},{"internalType":"uint64","name":"taken","type":"uint64"}],"internalType":"struct ContradictionCourt.Finding","name":"","type":"tuple"}],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[{"components":[{"components":[{"internalType":"address","name":"operator","type":"address"},{"internalType":"bytes32","name":"agreement","type":"bytes32"},{"internalType":"uint8","name":"status","type":"uint8"},{"internalType":"bytes32","name":"outputRoot","type":"bytes32"},{"internalType":"bytes32","name":"weights","type":"bytes32"},{"internalType":"bytes32","name":"kernelClass","type":"bytes32"},{"internalType":"uint64","name":"usage","type":"uint64"},{"internalType":"uint64","name":"price","type":"uint64"},{"internalType":"uint64","name":"waitedUs","type":"uint64"},{"internalType":"uint64","name":"computedUs","type":"uint64"},{"internalType":"uint64","name":"blockTime","type":"uint64"}],"internalType":"struct Receipt","name":"receipt","type":"tuple"},{"internalType":"uint32","name":"index","type":"uint32"},{"internalType":"bytes32[]","name":"path","type":"bytes32[]"},{"components":[{"internalType":"address","name":"operator","type":"address"},{"internalType":"bytes32","name":"root","type":"bytes32"},{"internalType":"uint32","name":"count","type":"uint32"},{"internalType":"uint64","name":"sequence","type":"uint64"}],"internalType":"struct ReceiptBatch","name":"batch","type":"tuple"},{"components":[{"internalType":"bytes32","name":"r","type":"bytes32"},{"internalType":"bytes32","name":"vs","type":"bytes32"}],"internalType":"struct Signature","name":"signature","type":"tuple"}],"internalType":"struct EvidenceSlasher.ProvenReceipt","name":"a","type":"tuple"},{"components":[{"components":[{"internalType":"address","name":"operator","type":"address"},{"internalType":"bytes32","name":"agreement","type":"bytes32"},{"internalType":"uint8","name":"status","type":"uint8"},{"internalType":"bytes32","name":"outputRoot","type":"bytes32"},{"internalType":"bytes32","name":"weights","type":"bytes32"},{"internalType":"bytes32","name":"kernelClass","type":"bytes32"},{"internalType":"uint64","name":"usage","type":"uint64"},{"internalType":"uint64","name":"price","type":"uint64"},{"internalType":"uint64","name":"waitedUs","type":"uint64"},{"internalType":"uint64","name":"computedUs","type":"uint64"},{"internalType":"uint64","name":"blockTime","type":"uint64"}],"internalType":"struct Receipt","name":"receipt","type":"tuple"},{"internalType":"uint32","name":"index","type":"uint32"},{"internalType":"bytes32[]","name":"path","type":"bytes32[]"},{"components":[{"internalType":"address","name":"operator","type":"address"},{"internalType":"bytes32","name":"root","type":"bytes32"},{"internalType":"uint32","name":"count","type":"uint32"},{"internalType":"uint64","name":"sequence","type":"uint64"}],"internalType":"struct ReceiptBatch","name":"batch","type":"tuple"},{"components":[{"internalType":"bytes32","name":"r","type":"bytes32"},{"internalType":"bytes32","name":"vs","type":"bytes32"}],"internalType":"struct Signature","name":"signature","type":"tuple"}],"internalType":"struct EvidenceSlasher.ProvenReceipt","name":"b","type":"tuple"},{"components":[{"internalType":"address","name":"payer","type":"address"},{"internalType":"address","name":"operator","type":"address"},{"internalType":"bytes32","name":"offerHead","type":"bytes32"},{"internalType":"bytes32","name":"spec","type":"bytes32"},{"internalType":"bytes32","name":"inputRoot","type":"bytes32"},{"internalType":"bytes32","name":"policy","type":"bytes32"},{"internalType":"uint64","name":"priceMax","type":"uint64"},{"internalType":"uint64","name":"nonce","type":"uint64"},{"internalType":"uint32","name":"attempt","type":"uint32"},{"internalType":"uint64","name":"blockNumber","type":"uint64"},{"internalType":"uint64","name":"blockTime","type":"uint64"}],"internalType":"struct Agreement","name":"agreement","type":"tuple"}],"name":"showReceiptsOf","outputs":[{"components":[{"internalType":"bytes32","name":"nullifier","type":"bytes32"},{"internalType":"address","name":"operator","type":"address"},{"internalType":"address","name":"owner","type":"address"},{"internalType":"uint64","name":"taken","type":"uint64"}],"internalType":"struct ContradictionCourt.Finding","name":"","type":"tuple"}],"stateMutability":"nonpayable","type":"function"},
    {"inputs":[],"name":"vault","outputs":[{"internalType":"contract StakeVault","name":"","type":"address"}],"stateMutability":"view","type":"function"},
  ],
  storage: {},
  runtime: {"hash":"0x4a51b45fe34b6aae85065c198a2b30fd0fa3ebce13f801a4d04658d21ab87e88","bytes":8573,"immutables":[[353,32],[429,32],[512,32],[574,32],[648,32],[709,32],[1779,32],[1821,32],[1865,32],[3028,32],[3210,32],[3587,32],[3712,32],[3817,32],[3859,32],[3918,32]]},
  bytecode:
    '0x610180604052348015610010575f5ffd5b5060405161245938038061245983398101604081905261002f916101a5565b60808590524660a0528484848484846100e481604080517fa604fff5a27d5951f334ccda7abff3286a8af29caeeb196a6f2b40a1dce7612b6020808301919091527fe964903b5c228c6586e09c4be5f158e9807240a2b4ceffc8c5ce593c202fbf7b828401527fc89efdaa54c0f20c7adf612882df0950f5a951637e0307cdcb4c672f298b8bc6606083015246608083015260a0808301949094528251808303909401845260c0909101909152815191012090565b60c052506001600160a01b0380851661014052831661016081905261ffff831660e0526001600160401b038216610100526040805163b9ec492160e01b8152905163b9ec4921916004808201926020929091908290030181865afa15801561014e573d5f5f3e3d5ffd5b505050506040513d601f19601f82011682018060405250810190610172919061021d565b65ffffffffffff16610120525061024998505050505050505050565b6001600160a01b03811681146101a2575f5ffd5b50565b5f5f5f5f5f60a086880312156101b9575f5ffd5b8551945060208601516101cb8161018e565b60408701519094506101dc8161018e565b606087015190935061ffff811681146101f3575f5ffd5b60808701519092506001600160401b038116811461020f575f5ffd5b809150509295509295909350565b5f6020828403121561022d575f5ffd5b815165ffffffffffff81168114610242575f5ffd5b9392505050565b60805160a05160c05160e0516101005161012051610140516101605161217d6102dc5f395f81816102c50152610e8001525f818161016101528181610c8a0152610e0301525f81816102000152610bd401525f81816101ad01528181610f130152610f4e01525f818161023e0152610ee901525f61074901525f6106f301525f8181610288015261071d015261217d5ff3fe608060405234801561000f575f5ffd5b50600436106100cf575f3560e01c8063cd6d7f811161007d578063f698da2511610058578063f698da25146102b8578063fbfa77cf146102c0578063fe49bb97146102e7575f5ffd5b8063cd6d7f8114610273578063d13268d31461027b578063f1e3143b14610283575f5ffd5b8063abbdfe0e116100ad578063abbdfe0e146101e8578063b9ec4921146101fb578063c345acd614610239575f5ffd5b8063243f561b146100d35780637b1039991461015c5780639d9c49c9146101a8575b5f5ffd5b6100e66100e1366004611779565b6102fa565b60405161015391905f6080820190508251825273ffffffffffffffffffffffffffffffffffffffff602084015116602083015273ffffffffffffffffffffffffffffffffffffffff604084015116604083015267ffffffffffffffff606084015116606083015292915050565b60405180910390f35b6101837f000000000000000000000000000000000000000000000000000000000000000081565b60405173ffffffffffffffffffffffffffffffffffffffff9091168152602001610153565b6101cf7f000000000000000000000000000000000000000000000000000000000000000081565b60405167ffffffffffffffff9091168152602001610153565b6100e66101f6366004611829565b6103e6565b6102227f000000000000000000000000000000000000000000000000000000000000000081565b60405165ffffffffffff9091168152602001610153565b6102607f000000000000000000000000000000000000000000000000000000000000000081565b60405161ffff9091168152602001610153565b6101cf600a81565b6101cf600281565b6102aa7f000000000000000000000000000000000000000000000000000000000000000081565b604051908152602001610153565b6102aa6106f0565b6101837f000000000000000000000000000000000000000000000000000000000000000081565b6100e66102f536600461185e565b61076b565b604080516080810182525f8082526020820181905291810182905260608101919091525f602085013561033a61033536869003860186611979565b6107a0565b14801561038d575061034f6020860186611a3a565b73ffffffffffffffffffffffffffffffffffffffff166103756040850160208601611a3a565b73ffffffffffffffffffffffffffffffffffffffff16145b9050806103c6576040517fcb7f955800000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b6103dd85856103d86020870187611a3a565b6107f1565b95945050505050565b604080516080810182525f80825260208201819052918101829052606081018290529061042061041b36869003860186611a55565b610aa8565b90505f61043561041b36869003860186611a55565b90505f6104456020870187611a3a565b90506104546020860186611a3a565b73ffffffffffffffffffffffffffffffffffffffff168173ffffffffffffffffffffffffffffffffffffffff161415806104c057506104996040860160208701611b0c565b67ffffffffffffffff166104b36040880160208901611b0c565b67ffffffffffffffff1614155b806104ca57508183145b15610501576040517fae591c8700000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b8073ffffffffffffffffffffffffffffffffffffffff16610525848860c001610b4b565b73ffffffffffffffffffffffffffffffffffffffff1614158061058057508073ffffffffffffffffffffffffffffffffffffffff16610567838760c001610b4b565b73ffffffffffffffffffffffffffffffffffffffff1614155b156105d4576040517f17f8e30800000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff821660048201526024015b60405180910390fd5b5f6105e56060870160408801611b0c565b67ffffffffffffffff166105ff6060890160408a01611b0c565b67ffffffffffffffff16116106235761061e6060870160408801611b0c565b610633565b6106336060880160408901611b0c565b9050610667826103e861064c60408b0160208c01611b0c565b6106569190611b81565b6106626103e885611b81565b610bc7565b5f60028361067b60408b0160208c01611b0c565b67ffffffffffffffff166040516020016106be9392919092835273ffffffffffffffffffffffffffffffffffffffff919091166020830152604082015260600190565b6040516020818303038152906040528051906020012090506106e281845f5f610d93565b955050505050505b92915050565b5f7f00000000000000000000000000000000000000000000000000000000000000004614610746576107417f00000000000000000000000000000000000000000000000000000000000000006110e5565b905090565b507f000000000000000000000000000000000000000000000000000000000000000090565b604080516080810182525f80825260208201819052918101829052606081019190915261079983835f6107f1565b9392505050565b5f7fe949f9d0b6cf84f5d31a5fe6dbc11214878eeae9e15e60bb55c9f5d09a70123a826040516020016107d4929190611bb0565b604051602081830303815290604052805190602001209050919050565b604080516080810182525f8082526020820181905291810182905260608101919091525f6108226020860186611a3a565b90505f6108326020860186611a3a565b73ffffffffffffffffffffffffffffffffffffffff168273ffffffffffffffffffffffffffffffffffffffff16148015610873575060208681013590860135145b80156108f4575061088a6060860160408701611cae565b60ff1661089d6060880160408901611cae565b60ff161415806108b557506060868101359086013514155b806108f457506108cc610100860160e08701611b0c565b67ffffffffffffffff166108e7610100880160e08901611b0c565b67ffffffffffffffff1614155b90508061092d576040517fae591c8700000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b61093686611174565b61093f85611174565b5f8061095361016088016101408901611b0c565b67ffffffffffffffff1661096f6101608a016101408b01611b0c565b67ffffffffffffffff16106109a75761099061016088016101408901611b0c565b6109a26101608a016101408b01611b0c565b6109cb565b6109b961016089016101408a01611b0c565b6109cb61016089016101408a01611b0c565b915091506109da848383610bc7565b5f6109ec610100890160e08a01611b0c565b67ffffffffffffffff16610a076101008b0160e08c01611b0c565b67ffffffffffffffff1611610a2c57610a27610100890160e08a01611b0c565b610a3d565b610a3d6101008a0160e08b01611b0c565b60408051600160208281019190915273ffffffffffffffffffffffffffffffffffffffff891692820192909252908b01356060820152909150610a9b9060800160405160208183030381529060405280519060200120868984610d93565b9998505050505050505050565b5f7fcf70644c8e3abd91f47f2b1ae07d60b017b9f75a642c3084675c9538b6886490826040516020016107d49291905f60e08201905083825273ffffffffffffffffffffffffffffffffffffffff835116602083015267ffffffffffffffff602084015116604083015267ffffffffffffffff604084015116606083015260608301516080830152608083015160a083015260a083015160c08301529392505050565b5f5f610b556106f0565b6040517f190100000000000000000000000000000000000000000000000000000000000060208201526022810191909152604281018590526062016040516020818303038152906040528051906020012090505f610bbb82855f013586602001356112e8565b50909695505050505050565b5f610c0465ffffffffffff7f00000000000000000000000000000000000000000000000000000000000000001667ffffffffffffffff8416611cc7565b905080421115610c43576040517f485cf8eb000000000000000000000000000000000000000000000000000000008152600481018290526024016105cb565b6040517f8cae315100000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff85811660048301525f917f000000000000000000000000000000000000000000000000000000000000000090911690638cae315190602401606060405180830381865afa158015610cd1573d5f5f3e3d5ffd5b505050506040513d601f19601f82011682018060405250810190610cf59190611cef565b6040015190505f65ffffffffffff821615801590610d1b57508165ffffffffffff164210155b9050808015610d3c57508165ffffffffffff168567ffffffffffffffff1610155b15610d8b576040517f54898ab600000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff871660048201526024016105cb565b505050505050565b604080516080810182525f808252602082018190528183018190526060820181905291517fa521d2060000000000000000000000000000000000000000000000000000000081526004810187905273ffffffffffffffffffffffffffffffffffffffff86811660248301529192917f0000000000000000000000000000000000000000000000000000000000000000169063a521d206906044016020604051808303815f875af1158015610e49573d5f5f3e3d5ffd5b505050506040513d601f19601f82011682018060405250810190610e6d9190611d82565b90505f610e7b84600a611333565b90505f7f000000000000000000000000000000000000000000000000000000000000000073ffffffffffffffffffffffffffffffffffffffff1663bc493e036040518060e001604052808b81526020018673ffffffffffffffffffffffffffffffffffffffff1681526020017f000000000000000000000000000000000000000000000000000000000000000061ffff1681526020017f000000000000000000000000000000000000000000000000000000000000000067ffffffffffffffff168667ffffffffffffffff1611610f72577f0000000000000000000000000000000000000000000000000000000000000000610f74565b855b67ffffffffffffffff1681526020018973ffffffffffffffffffffffffffffffffffffffff168152602001610faa896002611333565b67ffffffffffffffff168152336020909101526040517fffffffff0000000000000000000000000000000000000000000000000000000060e084901b168152610ff69190600401611d9d565b6020604051808303815f875af1158015611012573d5f5f3e3d5ffd5b505050506040513d601f19601f820116820180604052508101906110369190611e4c565b6040805133815267ffffffffffffffff8316602082015291925073ffffffffffffffffffffffffffffffffffffffff80861692908a16918b917fb8947572b2f1cac867809b122d97bd49814871dfbaf09f86039a77b904a97e4b910160405180910390a46040805160808101825298895273ffffffffffffffffffffffffffffffffffffffff97881660208a015292909616918701919091525050505067ffffffffffffffff16606082015290565b604080517fa604fff5a27d5951f334ccda7abff3286a8af29caeeb196a6f2b40a1dce7612b60208201527fe964903b5c228c6586e09c4be5f158e9807240a2b4ceffc8c5ce593c202fbf7b918101919091527fc89efdaa54c0f20c7adf612882df0950f5a951637e0307cdcb4c672f298b8bc6606082015246608082015260a081018290525f9060c0016107d4565b6101a081015f6111876020840184611a3a565b90505f73ffffffffffffffffffffffffffffffffffffffff8216158015906111e6575073ffffffffffffffffffffffffffffffffffffffff82166111ce6020850185611a3a565b73ffffffffffffffffffffffffffffffffffffffff16145b801561123757506112378461120361018082016101608301611e67565b63ffffffff166112196060870160408801611e67565b63ffffffff1661122d610180890189611e80565b8860200135611375565b8015611291575073ffffffffffffffffffffffffffffffffffffffff821661127961126f61126a36879003870187611eeb565b6115b9565b8661022001610b4b565b73ffffffffffffffffffffffffffffffffffffffff16145b9050806112e2576040517f17f8e30800000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff831660048201526024016105cb565b50505050565b5f80807f7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff8416601b60ff86901c016113228882898561163b565b945094509450505093509350939050565b5f8061134c67ffffffffffffffff808516908616611f8a565b905067ffffffffffffffff8111611363578061136d565b67ffffffffffffffff5b949350505050565b5f60408511806113855750848610155b806113905750600683115b806113ab57506113a66060880160408901611cae565b60ff16155b156113b757505f6115af565b5f806113d06113cb368b90038b018b611fa1565b61172e565b6040517fff0000000000000000000000000000000000000000000000000000000000000090921660208301526021820152604101604080517fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0818403018152919052805160209091012090505f87875b600181111561159a575f61145560018361202f565b8314801561146d5750611469600283612042565b6001145b90508061156d57878403611488575f955050505050506115af565b5f89898661149581612055565b97508181106114a6576114a661208c565b9050602002013590506002846114bc9190612042565b600114611518576040517f01000000000000000000000000000000000000000000000000000000000000006020820152602181018790526041810182905260610160405160208183030381529060405280519060200120611569565b6040517f010000000000000000000000000000000000000000000000000000000000000060208201526021810182905260418101879052606101604051602081830303815290604052805190602001205b9550505b6115786002846120b9565b925060029050611589826001611cc7565b61159391906120b9565b9050611440565b5081861480156115a957508483145b93505050505b9695505050505050565b604080517f06086e64967414245ba973009dfe28b9d05726db1e1dcb8592f0b9cc637b5e39602080830191909152835173ffffffffffffffffffffffffffffffffffffffff16828401528301516060808301919091529183015163ffffffff1660808201529082015167ffffffffffffffff1660a08201525f9060c0016107d4565b5f80807f7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a084111561167457505f91506003905082611724565b604080515f808252602082018084528a905260ff891692820192909252606081018790526080810186905260019060a0016020604051602081039080840390855afa1580156116c5573d5f5f3e3d5ffd5b50506040517fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0015191505073ffffffffffffffffffffffffffffffffffffffff811661171b57505f925060019150829050611724565b92505f91508190505b9450945094915050565b5f7fb682d93bffa1b8fa6861710d7e4b2f8ebf2b6cacecc8be986ce6aab63199e085826040516020016107d49291906120cc565b5f6102608284031215611773575f5ffd5b50919050565b5f5f5f8385036101a081121561178d575f5ffd5b843567ffffffffffffffff8111156117a3575f5ffd5b6117af87828801611762565b945050602085013567ffffffffffffffff8111156117cb575f5ffd5b6117d787828801611762565b9350506101607fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc08201121561180a575f5ffd5b506040840190509250925092565b5f6101008284031215611773575f5ffd5b5f5f610200838503121561183b575f5ffd5b6118458484611818565b9150611855846101008501611818565b90509250929050565b5f5f6040838503121561186f575f5ffd5b823567ffffffffffffffff811115611885575f5ffd5b61189185828601611762565b925050602083013567ffffffffffffffff8111156118ad575f5ffd5b6118b985828601611762565b9150509250929050565b604051610160810167ffffffffffffffff8111828210171561190c577f4e487b71000000000000000000000000000000000000000000000000000000005f52604160045260245ffd5b60405290565b73ffffffffffffffffffffffffffffffffffffffff81168114611933575f5ffd5b50565b803561194181611912565b919050565b67ffffffffffffffff81168114611933575f5ffd5b803561194181611946565b803563ffffffff81168114611941575f5ffd5b5f61016082840312801561198b575f5ffd5b506119946118c3565b61199d83611936565b81526119ab60208401611936565b602082015260408381013590820152606080840135908201526080808401359082015260a080840135908201526119e460c0840161195b565b60c08201526119f560e0840161195b565b60e0820152611a076101008401611966565b610100820152611a1a610120840161195b565b610120820152611a2d610140840161195b565b6101408201529392505050565b5f60208284031215611a4a575f5ffd5b813561079981611912565b5f60c0828403128015611a66575f5ffd5b5060405160c0810167ffffffffffffffff81118282101715611aaf577f4e487b71000000000000000000000000000000000000000000000000000000005f52604160045260245ffd5b6040528235611abd81611912565b81526020830135611acd81611946565b60208201526040830135611ae081611946565b6040820152606083810135908201526080808401359082015260a0928301359281019290925250919050565b5f60208284031215611b1c575f5ffd5b813561079981611946565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601260045260245ffd5b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601160045260245ffd5b5f67ffffffffffffffff831680611b9a57611b9a611b27565b8067ffffffffffffffff84160491505092915050565b828152815173ffffffffffffffffffffffffffffffffffffffff1660208201526101808101602083015173ffffffffffffffffffffffffffffffffffffffff81166040840152506040830151606083015260608301516080830152608083015160a083015260a083015160c083015260c0830151611c3a60e084018267ffffffffffffffff169052565b5060e083015167ffffffffffffffff81166101008401525061010083015163ffffffff81166101208401525b5061012083015167ffffffffffffffff81166101408401525061014083015167ffffffffffffffff8116610160840152509392505050565b803560ff81168114611941575f5ffd5b5f60208284031215611cbe575f5ffd5b61079982611c9e565b808201808211156106ea576106ea611b54565b805165ffffffffffff81168114611941575f5ffd5b5f6060828403128015611d00575f5ffd5b506040516060810167ffffffffffffffff81118282101715611d49577f4e487b71000000000000000000000000000000000000000000000000000000005f52604160045260245ffd5b6040528251611d5781611912565b8152611d6560208401611cda565b6020820152611d7660408401611cda565b60408201529392505050565b5f60208284031215611d92575f5ffd5b815161079981611912565b5f60e0820190508251825273ffffffffffffffffffffffffffffffffffffffff602084015116602083015261ffff604084015116604083015267ffffffffffffffff606084015116606083015273ffffffffffffffffffffffffffffffffffffffff608084015116608083015267ffffffffffffffff60a08401511660a083015260c0830151611e4560c084018273ffffffffffffffffffffffffffffffffffffffff169052565b5092915050565b5f60208284031215611e5c575f5ffd5b815161079981611946565b5f60208284031215611e77575f5ffd5b61079982611966565b5f5f83357fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe1843603018112611eb3575f5ffd5b83018035915067ffffffffffffffff821115611ecd575f5ffd5b6020019150600581901b3603821315611ee4575f5ffd5b9250929050565b5f6080828403128015611efc575f5ffd5b506040516080810167ffffffffffffffff81118282101715611f45577f4e487b71000000000000000000000000000000000000000000000000000000005f52604160045260245ffd5b6040528235611f5381611912565b815260208381013590820152611f6b60408401611966565b60408201526060830135611f7e81611946565b60608201529392505050565b80820281158282048414176106ea576106ea611b54565b5f610160828403128015611fb3575f5ffd5b50611fbc6118c3565b611fc583611936565b815260208381013590820152611fdd60408401611c9e565b6040820152606083810135908201526080808401359082015260a0808401359082015261200c60c0840161195b565b60c082015261201d60e0840161195b565b60e0820152611a07610100840161195b565b818103818111156106ea576106ea611b54565b5f8261205057612050611b27565b500690565b5f7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff820361208557612085611b54565b5060010190565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52603260045260245ffd5b5f826120c7576120c7611b27565b500490565b828152815173ffffffffffffffffffffffffffffffffffffffff166020820152610180810160208301516040830152604083015161210f606084018260ff169052565b5060608301516080830152608083015160a083015260a083015160c083015260c083015161214960e084018267ffffffffffffffff169052565b5060e083015167ffffffffffffffff81166101008401525061010083015167ffffffffffffffff8116610120840152611c6656',
}
