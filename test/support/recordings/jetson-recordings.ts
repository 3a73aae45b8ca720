/** Jetsons. Lines of tegrastats were recorded, on boards of which nothing else was; the kernel's files are reconstructed. */
import { type Recording, recorded } from './recorded-machine.ts'

export const tegrastatsLines: readonly string[] = recorded('jetson/tegrastats-lines.txt').trim().split('\n')

const orinNano: Recording = JSON.parse(recorded('jetson/orin-nano.reconstructed.json'))
export const orinNanoMachine: Recording = { ...orinNano, tools: { tegrastats: `${tegrastatsLines[1]}\n` } }
/** As in a container: the kernel's files only. */
export const jetsonNanoMachine: Recording = JSON.parse(recorded('jetson/nano-without-tools.reconstructed.json'))
