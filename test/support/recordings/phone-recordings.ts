/** Phones and small boards: all reconstructed after the source of the drivers. */
import { type Recording, recorded } from './recorded-machine.ts'

const phone = (file: string, platform: Recording['platform']): Recording => ({
  ...JSON.parse(recorded(file)),
  platform,
})

export const adreno740Machine = phone('adreno-sysfs/adreno-740.reconstructed.json', 'android')
/** With its GPU off, and held back by heat. */
export const adreno610Machine = phone('adreno-sysfs/adreno-610.reconstructed.json', 'android')
export const maliG78Machine = phone('mali-sysfs/mali-g78-tensor.reconstructed.json', 'android')
export const maliG610Machine = phone('mali-sysfs/mali-g610-rk3588.reconstructed.json', 'linux')
export const maliG76Machine = phone('mali-sysfs/mali-g76-exynos.reconstructed.json', 'android')
