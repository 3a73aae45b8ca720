/** Which characters the model tells apart. */

export interface CharacterClass {
  /** What it answers. */
  readonly label: string
  readonly characters: string
}

/**
 * Characters of one shape: pairs of upper and lower case that differ in size and height above the line alone, which the fit of
 * the ink into its box takes away; the ring of 0 and O; the plain stroke of I and l.
 */
const sameShape: readonly CharacterClass[] = [
  { label: '0/O', characters: '0Oo' },
  { label: 'I/l', characters: 'Il' },
  ...['Cc', 'Pp', 'Ss', 'Vv', 'Ww', 'Xx', 'Zz'].map((characters) => ({ label: characters.charAt(0), characters })),
]

const characters = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz']

/** Index = the model's output column. */
export const characterClasses: readonly CharacterClass[] = [
  ...new Set(
    characters.map((character) => sameShape.find((group) => group.characters.includes(character)) ?? character),
  ),
].map((group) => (typeof group === 'string' ? { label: group, characters: group } : group))

export interface DrawnCharacter {
  readonly character: string
  readonly classIndex: number
}

export const drawnCharacters: readonly DrawnCharacter[] = characters.map((character) => ({
  character,
  classIndex: characterClasses.findIndex((group) => group.characters.includes(character)),
}))
