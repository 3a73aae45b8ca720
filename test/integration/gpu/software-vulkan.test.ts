import { describe, expect, it } from 'vitest'
import { SystemMachine } from '../../../node/gpu/system-machine.ts'
import { WebGpu } from '../../../node/gpu/webgpu/webgpu.ts'
import { systemClock } from '../../../node/roles/system-clock.ts'
import { needsVulkan, softwareVulkan, softwareVulkanOnly } from '../../support/engines/software-vulkan.ts'

const hasPackage = new SystemMachine(systemClock).hasPackage('webgpu')

describe('Dawn on a software Vulkan', () => {
  it.skipIf(softwareVulkan === undefined || !hasPackage)(
    `names the rasteriser that it really runs on, and calls it software${needsVulkan}`,
    { timeout: 30_000 },
    async () => {
      const finding = await new WebGpu(
        new SystemMachine(systemClock, { ...process.env, ...softwareVulkanOnly }),
      ).detect()
      expect(finding).toEqual({ kind: 'seen', cards: [{ facts: expect.objectContaining({ form: 'software' }) }] })
      expect(finding.kind === 'seen' && finding.cards[0]!.facts.name).toMatch(/llvmpipe/)
    },
  )

  it.skipIf(!hasPackage || process.platform !== 'linux')(
    'ends without an adapter where no driver is found',
    { timeout: 30_000 },
    async () => {
      const bare = new SystemMachine(systemClock, {
        ...process.env,
        VK_DRIVER_FILES: '/nonexistent.json',
        VK_ICD_FILENAMES: '/nonexistent.json',
      })
      expect(await new WebGpu(bare).detect()).toEqual({ kind: 'seen', cards: [] })
    },
  )
})
