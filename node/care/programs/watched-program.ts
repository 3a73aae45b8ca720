/** A program of the owner's list: `blender`, or `blender@2` where it wants one card alone. */

export interface WatchedProgram {
  /** As its owner wrote it: with or without folder and `.exe`, in any case. */
  readonly program: string
  /** The owner's word for the card that it wants; absent where it wants the machine. */
  readonly card?: string
}

/** The last `@` counts, and none before a folder: a path may have one in it. */
const OF_CARD = /^(?<program>.*[^@\s])\s*@\s*(?<card>[^@/\\\s][^@/\\]*)$/

export function parseWatchedProgram(text: string): WatchedProgram {
  const { program, card } = OF_CARD.exec(text.trim())?.groups ?? {}
  return program === undefined || card === undefined ? { program: text.trim() } : { program, card: card.trim() }
}

/** The same text again, in one form. */
export const watchedProgramText = ({ program, card }: WatchedProgram): string =>
  card === undefined ? program : `${program}@${card}`
