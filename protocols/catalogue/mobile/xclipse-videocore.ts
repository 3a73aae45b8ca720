// biome-ignore-all format: a row is read by its lines: what it is, what it can do, how systems name it
/** Xclipse in Exynos, VideoCore in the Raspberry Pi. */
import { type CatalogueRow, family } from '../catalogue-row.ts'

export const xclipseVideocore: readonly CatalogueRow[] = family(
  { form: 'soc', consumer: true },
  [
    { id: 'xclipse-920', name: 'Xclipse 920 (Exynos 2200)', architecture: 'RDNA 2', year: 2022, confidence: 'C',
      source: ['editor'],
      vendor: 'samsung', memoryType: 'LPDDR5',
      supportsMobile: true, platforms: ['Vulkan', 'WebGPU'],
      printed: ['Samsung Xclipse 920'] },
    { id: 'xclipse-940', name: 'Xclipse 940 (Exynos 2400)', architecture: 'RDNA 3', year: 2024, confidence: 'C',
      source: ['editor'],
      vendor: 'samsung', memoryType: 'LPDDR5X',
      supportsMobile: true, platforms: ['Vulkan', 'WebGPU'],
      printed: ['Samsung Xclipse 940', 'ANGLE (Samsung Xclipse 940)'] },
    { id: 'videocore-7', name: 'VideoCore VII (Raspberry Pi 5)', architecture: 'VideoCore VII', year: 2023, confidence: 'C',
      source: ['editor'],
      vendor: 'broadcom', memoryType: 'LPDDR4X', busBits: 32, bandwidthGBps: 17.07,
      supportsMobile: false, platforms: ['Vulkan'],
      printed: ['V3D 7.1', 'V3D 7.1.7'] },
  ],
)
