/** The processor as a card: moved to another machine, a data folder must not claim the old one's figures. */
import { cpus } from 'node:os'

/** `cpu:AMD Ryzen 7 7840U w/ Radeon 780M Graphics:16`. */
export function processorKey(): string {
  const all = cpus()
  return `cpu:${all[0]?.model.trim() ?? process.arch}:${all.length}`
}
