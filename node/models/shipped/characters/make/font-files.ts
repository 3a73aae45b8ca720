/** The fonts the model is made from. */
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fetchPackages, type PinnedPackage, readPinned } from '../../make/debian-packages.ts'

/** Whole packages go to one split: what is reported was measured on typefaces the training never saw. */
export type Split = 'train' | 'tune' | 'test'

export interface FontPackage extends PinnedPackage {
  readonly split: Split
}

export interface FontFile {
  readonly name: string
  readonly split: Split
  readonly bytes: Uint8Array
}

export const fontPackages: readonly FontPackage[] = JSON.parse(
  readFileSync(new URL('fonts.json', import.meta.url), 'utf8'),
)

export function loadFonts(): FontFile[] {
  fetchPackages(fontPackages)
  return fontPackages.flatMap((entry) =>
    Object.keys(entry.files).map((path) => ({
      name: basename(path).replace(/\.[a-z]+$/, ''),
      split: entry.split,
      bytes: readPinned(entry, path),
    })),
  )
}
