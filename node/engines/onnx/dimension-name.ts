/** Names of dimensions as the mesh's messages carry them. */

/** As the codec of a tensor's specification bounds them; exporters write whole expressions there. */
const CHARS_MAX = 48

/** A dimension's name says that it is chosen per call; only its beginning is kept where it is long. In NFC, as texts travel. */
export function dimensionName(name: string | undefined): string {
  const normal = (name ?? '').toWellFormed().normalize('NFC')
  if (normal.length <= CHARS_MAX && encoder.encode(normal).length <= 64) return normal
  // Ninety-six bytes is what 32 characters may need at most; cut further until it fits.
  let cut = normal.slice(0, CHARS_MAX)
  while (encoder.encode(cut).length > 60) cut = cut.slice(0, -1)
  return `${cut.toWellFormed()}…`.normalize('NFC')
}

const encoder = new TextEncoder()
