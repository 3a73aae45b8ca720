/**
 * What has to be opened for a child that computes on a card. Its driver needs the device's files (/dev/dri, /dev/kfd, /dev/nvidia*),
 * which stay reachable: an engine child has no file system of its own. No network is needed, and no privileges.
 *
 * Two limits of the kernel cannot stay. Drivers keep shaders and buffers in files without a name (memfd), of which no byte can be
 * written under a limit on file sizes of 0: with Mesa's software driver the child dies of SIGBUS. And they map address space by
 * tens of gigabytes that is the card's memory, or none, which a limit on data would count.
 */
import type { Confinement } from './confinement.ts'

/** No writes but by Node's rules, memory by the node's watch alone; network, privileges and orphans as before. */
export const confinementForDevice = (confinement: Confinement): Confinement => ({
  ...confinement,
  memory: 'watch',
  files: 'permission',
  wrappers: {
    ...confinement.wrappers,
    limits: false,
    rights: [...(confinement.wrappers.limits ? ['prlimit', '--core=0', '--'] : []), ...confinement.wrappers.rights],
  },
})

/** Where drivers and CUDA's libraries are, and which card: set by the owner for this, and nothing that could be a secret. */
const NAMES = [
  'LD_LIBRARY_PATH',
  'VK_DRIVER_FILES',
  'VK_ICD_FILENAMES',
  'CUDA_VISIBLE_DEVICES',
  'CUDA_DEVICE_ORDER',
  'MESA_VK_DEVICE_SELECT',
]
/** Caches of compiled kernels: a child may not write, and what one stranger's model compiled is no other's. */
const NO_CACHES = { MESA_SHADER_CACHE_DISABLE: '1', __GL_SHADER_DISK_CACHE: '0', CUDA_CACHE_DISABLE: '1' }

/**
 * Where a card's own driver is broken the loader would offer Mesa's or Google's rasteriser, and the processor would be rented out
 * under the card's name. By names of drivers' files (Vulkan loader 1.3.234 and newer).
 */
const NO_RASTERISERS = { VK_LOADER_DRIVERS_DISABLE: '*lvp*,*swiftshader*' }

export function deviceEnvironment(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const kept = NAMES.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]] as const]))
  // Who names a driver's file means that one.
  const isNamed = env.VK_DRIVER_FILES !== undefined || env.VK_ICD_FILENAMES !== undefined
  return { ...NO_CACHES, ...(isNamed ? {} : NO_RASTERISERS), ...Object.fromEntries(kept) }
}
