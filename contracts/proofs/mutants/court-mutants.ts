import type { Mutant } from './mutant.ts'

const court = 'evidence/ContradictionCourt.sol'
const slasher = 'evidence/EvidenceSlasher.sol'
const leases = 'evidence/LeaseSlasher.sol'
const registry = 'identity/IdentityRegistry.sol'
const domain = 'statements/MeshDomain.sol'

export const courtMutants: readonly Mutant[] = [
  {
    name: 'an offence is not noted as punished',
    file: registry,
    find: '_punishedAt[nullifier] = block.timestamp;',
    replace: '',
    killedBy: 'invariant_punishOnce',
  },
  {
    name: 'no owner is tombstoned',
    file: registry,
    find: 'if (_tombstonedAt[owner] == 0) _tombstonedAt[owner] = block.timestamp;',
    replace: '',
    killedBy: 'invariant_tombstonesStick',
  },
  {
    name: 'a key goes to a second owner',
    file: registry,
    find: 'if (binding.owner != cert.owner) revert OperatorBoundTo(binding.owner);',
    replace: '',
    killedBy: 'test_neverBindsAKeyToASecondOwner',
  },
  {
    name: 'an operator is bound without its signature',
    file: registry,
    find: '_requireSigner(structHash, operatorSignature, cert.operator);',
    replace: '',
    killedBy: 'test_refusesACertificateThatEitherDidNotSign',
  },
  {
    name: 'anybody may punish',
    file: registry,
    find: 'external restricted returns (address owner)',
    replace: 'external returns (address owner)',
    killedBy: 'test_letsOnlyCourtsPunish',
  },
  {
    name: 'the same evidence in the other order is another offence',
    file: slasher,
    find: 'keccak256(abi.encode(RECEIPTS, operator, a.receipt.agreement))',
    replace: 'keccak256(abi.encode(RECEIPTS, operator, a.receipt.agreement, a.receipt.outputRoot))',
    killedBy: 'invariant_punishOnce',
  },
  {
    name: 'evidence never grows old',
    file: court,
    find: 'if (block.timestamp > until) revert EvidenceTooOld(until);',
    replace: '',
    killedBy: 'test_takesEvidenceUntilTheWindowOfItsLaterTimeIsOver',
  },
  {
    name: 'the window runs from the earlier time',
    file: court,
    find: 'uint256(latest) + evidenceSeconds',
    replace: 'uint256(earliest) + evidenceSeconds',
    killedBy: 'test_takesEvidenceUntilTheWindowOfItsLaterTimeIsOver',
  },
  {
    name: 'two operators that differ contradict each other',
    file: slasher,
    find: 'bool isContradiction = operator == b.receipt.operator && a.receipt.agreement',
    replace: 'bool isContradiction = a.receipt.agreement',
    killedBy: 'test_punishesNoHonestReceipts',
  },
  {
    name: 'two jobs contradict each other',
    file: slasher,
    find: '&& a.receipt.agreement == b.receipt.agreement\n',
    replace: '\n',
    killedBy: 'test_punishesNoHonestReceipts',
  },
  {
    name: 'the second receipt needs no proof',
    file: slasher,
    find: '_requireProven(b);',
    replace: '',
    killedBy: 'test_punishesNoReceiptThatIsNotProven',
  },
  {
    name: 'the second offer needs no signature',
    file: slasher,
    find: ' || _signerOf(hashB, b.signature) != operator',
    replace: '',
    killedBy: 'test_punishesNoHonestOffers',
  },
  {
    name: 'offers are judged by their end',
    file: slasher,
    find: '_requireInTime(operator, a.head.sequence / 1_000, expiresAtMs / 1_000);',
    replace: '_requireInTime(operator, expiresAtMs / 1_000, expiresAtMs / 1_000);',
    killedBy: 'test_aFarExpiryOfOffersIsNoExcuseForARevocation',
  },
  {
    name: 'a revocation excuses before it is in effect',
    file: court,
    find: 'revokedFrom != 0 && block.timestamp >= revokedFrom',
    replace: 'revokedFrom != 0',
    killedBy: 'test_timesWrittenAheadOfNowAreNoExcuseForARevocation',
  },
  {
    name: 'a high s is taken',
    file: domain,
    find: '(address signer,,) = ECDSA.tryRecover(digest, signature.r, signature.vs);\n        return signer;',
    replace:
      'uint8 v = uint8(27 + (uint256(signature.vs) >> 255)); bytes32 s = signature.vs & bytes32(type(uint256).max >> 1);\n        address low = ecrecover(digest, v, signature.r, s);\n        return low;',
    killedBy: 'test_takesNoHighS',
  },
  {
    name: 'the chain is not in the domain',
    file: domain,
    find: 'return block.chainid == _chainIdAtStart ? _separatorAtStart : _separator(networkSalt);',
    replace: 'return _separatorAtStart;',
    killedBy: 'test_paysNoVoucherOfAnotherEscrowNetworkOrChain',
  },
  {
    name: 'the network is not in the domain',
    file: domain,
    find: 'block.chainid, salt))',
    replace: 'block.chainid, bytes32(0)))',
    killedBy: 'test_takesNoSignatureOfAnotherNetworkOrChain',
  },
  {
    name: 'a node of the tree passes for a leaf',
    file: 'evidence/ReceiptProofs.sol',
    find: 'return used == path.length && node == root;',
    replace: 'return node == root;',
    killedBy: 'testFuzz_holdsOnlyAsItWasSigned',
  },
  {
    name: 'a lease that starts when another ends contradicts it',
    file: leases,
    find: 'b.lease.startsAt < a.lease.endsAt;',
    replace: 'b.lease.startsAt <= a.lease.endsAt;',
    killedBy: 'test_aLeaseThatStartsWhereAnotherEndsIsItsExtension',
  },
  {
    name: 'leases of two cards contradict each other',
    file: leases,
    find: ' && a.lease.card == b.lease.card',
    replace: '',
    killedBy: 'test_punishesNoHonestLeases',
  },
  {
    name: 'the second lease needs no signature',
    file: leases,
    find: ' || _signerOf(hashB, b.signature) != operator',
    replace: '',
    killedBy: 'test_punishesNoLeaseThatIsNotProven',
  },
  {
    name: 'two leases in the other order are another offence',
    file: leases,
    find: 'a.lease.agreement < b.lease.agreement ? a.lease.agreement : b.lease.agreement',
    replace: 'a.lease.agreement',
    killedBy: 'invariant_punishOnce',
  },
  {
    name: 'leases that start after a revocation are excused, whenever they were signed',
    file: leases,
    find: 'startsAt > AHEAD_SECONDS ? startsAt - AHEAD_SECONDS : 0',
    replace: 'startsAt',
    killedBy: 'test_aStartAheadIsNoExcuseForARevocation',
  },
]
