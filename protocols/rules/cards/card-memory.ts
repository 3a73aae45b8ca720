/** What of a card's memory counts: drivers keep some back of what is printed on it, and programs need some of what they share with it. */

/** Of a size, for a card to be of it: of a Tesla T4's 16,384 MiB `nvidia-smi` shows 15,360. An 11 GB card stays below 12. */
export const SIZE_SHARE_SHOWN = 0.92
/** Of a memory that is the machine's: the system and its programs need the rest. */
export const SHARED_PART = 0.6
