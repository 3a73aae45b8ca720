/** A module that another thread or process runs, by its place: TypeScript from the sources, JavaScript in a release. */
import { extname } from 'node:path'

/** @param here `import.meta.url` @param name without its ending: `./hash-thread` */
export const moduleBeside = (here: string, name: string): URL => new URL(`${name}${extname(here)}`, here)
