/** What graphics interfaces say of machines: vulkaninfo's recorded output, and answers of the program that asks Dawn. */
import { type RecordedTool, type Recording, recorded } from './recorded-machine.ts'

export const vulkanText = (file: string): string => recorded(`vulkan/${file}`)

/** vulkaninfo that answers by what it is asked. */
export const vulkaninfo =
  (summary: ReturnType<Extract<RecordedTool, (...args: never) => unknown>>, whole = summary): RecordedTool =>
  (args) =>
    args[0] === '--summary' ? summary : whole

export const laptopVulkanMachine: Recording = {
  tools: { vulkaninfo: vulkaninfo(vulkanText('laptop-summary.txt'), vulkanText('laptop-whole.txt')) },
}

export const dawnAnswers = (answer: object): Recording => ({
  tools: { [process.execPath]: `${JSON.stringify(answer)}\n` },
})

export const withoutDawn: Recording = { packages: [] }

export const hybridWebGpuMachine: Recording = dawnAnswers({
  adapters: [
    {
      vendor: 'nvidia',
      architecture: 'lovelace',
      device: 'nvidia-geforce-rtx-4070-laptop-gpu',
      description: 'NVIDIA: 550.90.07',
    },
    {
      vendor: 'intel',
      architecture: 'xe-lpg',
      device: 'intel-r-arc-tm-graphics-mtl-',
      description: 'Intel open-source Mesa driver',
    },
  ],
})
