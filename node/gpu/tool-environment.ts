/** What of this process's environment a tool is given: what finds its drivers, and nothing that could be a secret. */

/** Without the first few, Windows and dynamic linkers do not start a program at all. */
const NAMES: ReadonlySet<string> = new Set([
  'PATH',
  'HOME',
  'TMPDIR',
  'TEMP',
  'TMP',
  'SYSTEMROOT',
  'SYSTEMDRIVE',
  'WINDIR',
  'PROGRAMFILES',
  'PROGRAMDATA',
  'USERPROFILE',
  'LOCALAPPDATA',
  'APPDATA',
  'LD_LIBRARY_PATH',
  'LIBGL_DRIVERS_PATH',
  'DISPLAY',
  'WAYLAND_DISPLAY',
  'XDG_RUNTIME_DIR',
  'XDG_DATA_DIRS',
  'ANDROID_ROOT',
  'ANDROID_DATA',
])
/** Settings of Vulkan, ROCm, CUDA, Level Zero and Mesa: who set them meant these tools. */
const PREFIXES = ['VK_', 'ROCM_', 'ROCR_', 'HIP_', 'HSA_', 'CUDA_', 'NVIDIA_', 'ZE_', 'MESA_']

/** In the C locale, so that numbers have points and words are English. */
export function toolEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string | undefined>> {
  const kept = Object.entries(env).filter(([name]) => {
    const upper = name.toUpperCase()
    return NAMES.has(upper) || PREFIXES.some((prefix) => upper.startsWith(prefix))
  })
  return { ...Object.fromEntries(kept), LC_ALL: 'C', LANG: 'C' }
}
