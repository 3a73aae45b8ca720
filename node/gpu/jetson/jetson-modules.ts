/**
 * Modules by their part numbers, as the device tree of NVIDIA's system holds them (`nvidia,p3767-0005`). From the tables of boards
 * in NVIDIA's Jetson Linux Developer Guide; names are those of the catalogue.
 */
const modules: readonly (readonly [part: RegExp, name: string])[] = [
  [/p3448-000[02]|p3450-0000/, 'Jetson Nano'],
  [/p3310-1000|p2771-0000/, 'Jetson TX2'],
  [/p3668-000[01]/, 'Jetson Xavier NX 8GB'],
  [/p3668-0003/, 'Jetson Xavier NX 16GB'],
  [/p2888-0004/, 'Jetson AGX Xavier 32GB'],
  [/p3767-0000/, 'Jetson Orin NX 16GB'],
  [/p3767-0001/, 'Jetson Orin NX 8GB'],
  [/p3767-000[35]/, 'Jetson Orin Nano 8GB'],
  [/p3767-0004/, 'Jetson Orin Nano 4GB'],
  [/p3701-000[04]/, 'Jetson AGX Orin 32GB'],
  [/p3701-0005/, 'Jetson AGX Orin 64GB'],
]

/** `undefined` for a module that the table lacks: its device tree has a name of its own. */
export const moduleOf = (compatible: readonly string[]): string | undefined =>
  modules.find(([part]) => compatible.some((name) => name.startsWith('nvidia,') && part.test(name)))?.[1]
