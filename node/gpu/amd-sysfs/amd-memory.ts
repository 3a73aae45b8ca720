/** Memory as amdgpu counts it: VRAM, and the part of the machine's memory that the card may map (GTT). */
import type { KernelTexts } from '../sysfs/kernel-text.ts'
import { countIn } from '../text/numbers.ts'
import { memoryBytes, memoryUsedBytes } from '../text/plausible.ts'

export interface AmdMemory {
  readonly totalBytes: number | undefined
  readonly usedBytes: number | undefined
  /** `undefined` where the files do not tell. */
  readonly isShared: boolean | undefined
}

/**
 * A processor's graphics has no memory of its own: nobody made its chips, and what the firmware carves out is smaller than what it
 * may map beside it. Then both together are what it may take.
 */
export function amdMemory(texts: KernelTexts): AmdMemory {
  const vram = memoryBytes(countIn(texts.get('mem_info_vram_total')))
  const gtt = memoryBytes(countIn(texts.get('mem_info_gtt_total')))
  const vramUsed = memoryUsedBytes(countIn(texts.get('mem_info_vram_used')))
  const maker = texts.get('mem_info_vram_vendor')?.trim() ?? 'unknown'
  if (maker !== '' && maker !== 'unknown') return { totalBytes: vram, usedBytes: vramUsed, isShared: false }
  if (vram === undefined || gtt === undefined || gtt <= vram)
    return { totalBytes: vram, usedBytes: vramUsed, isShared: undefined }
  const gttUsed = memoryUsedBytes(countIn(texts.get('mem_info_gtt_used')))
  return {
    totalBytes: vram + gtt,
    usedBytes: vramUsed === undefined || gttUsed === undefined ? undefined : vramUsed + gttUsed,
    isShared: true,
  }
}
