/** Whether this machine has a software Vulkan that WebGPU runs on: Mesa's lavapipe from 25 on (Vulkan 1.4). */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const FOLDERS = ['/usr/share/vulkan/icd.d', '/etc/vulkan/icd.d', '/usr/local/share/vulkan/icd.d']

function driverFiles(): readonly string[] {
  const named = process.env.VK_DRIVER_FILES ?? process.env.VK_ICD_FILENAMES
  if (named !== undefined) return named.split(':').filter(existsSync)
  return FOLDERS.filter(existsSync).flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
}

const isNew = (file: string): boolean => /"api_version":\s*"1\.([4-9]|\d\d)\./.test(readFileSync(file, 'utf8'))

/** The driver's own file; `undefined` where there is none. */
export const softwareVulkan: string | undefined = driverFiles().find((file) => /lvp_icd/.test(file) && isNew(file))

/** For a process that is to see this driver and no card that the machine may have. */
export const softwareVulkanOnly = { VK_DRIVER_FILES: softwareVulkan, VK_ICD_FILENAMES: softwareVulkan }

/** Behind the name of a test that is skipped without it. */
export const needsVulkan = softwareVulkan === undefined ? ' (skipped: needs mesa-vulkan-drivers 25 or newer)' : ''
