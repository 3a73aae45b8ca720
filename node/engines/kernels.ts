/** Whose kernels may compute: the processor's, or those of an interface to a card. Words as a kernel class has them. */

export const kernelSets = ['cpu', 'webgpu', 'cuda', 'directml', 'coreml'] as const
export type KernelSet = (typeof kernelSets)[number]

/**
 * What the package of ONNX Runtime 1.30 has for each system (its README and `listSupportedBackends`). CUDA is a download of its
 * own there, so it may be missing where it stands here.
 */
const byPlatform: Readonly<Record<Exclude<KernelSet, 'cpu'>, readonly string[]>> = {
  webgpu: ['linux/x64', 'win32/x64', 'win32/arm64', 'darwin/arm64'],
  cuda: ['linux/x64'],
  directml: ['win32/x64', 'win32/arm64'],
  coreml: ['darwin/arm64'],
}

/** True where the package can have them for this system at all. */
export const hasKernels = (kernels: KernelSet, platform: string, arch: string): boolean =>
  kernels === 'cpu' || byPlatform[kernels].includes(`${platform}/${arch}`)
