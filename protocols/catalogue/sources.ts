/** Where the catalogue's facts are from. Facts and names were taken, no text; ids and names as they are printed there. */

export interface CatalogueSource {
  readonly title: string
  /** Under which terms the source stands. */
  readonly licence: string
  /** Where and in which state it was read. */
  readonly origin: string
}

export const catalogueSources = {
  'wikipedia-2025': {
    title: "Wikipedia's lists of graphics processors, as JSON",
    licence: 'facts only; the lists are CC BY-SA',
    origin: 'https://github.com/voidful/gpu-info-api, branch gpu-data, commit 03a6b34 of 2025-06-16',
  },
  'wikipedia-2026': {
    title: "Wikipedia's lists of graphics processors, as data of plots",
    licence: 'facts only; the lists are CC BY-SA',
    origin: 'https://github.com/owensgroup/gpustats, commit 652aeda of 2026-05-04',
  },
  'wikipedia-adreno': {
    title: "Wikipedia's article on Adreno",
    licence: 'facts only; the article is CC BY-SA',
    origin: 'https://en.wikipedia.org/wiki/Adreno',
  },
  huggingface: {
    title: 'Hardware tables of Hugging Face',
    licence: 'MIT',
    origin: 'npm @huggingface/tasks 0.21.54',
  },
  'nvidia-open-kernel': {
    title: "List of devices of NVIDIA's open kernel modules",
    licence: 'MIT',
    origin: 'https://github.com/NVIDIA/open-gpu-kernel-modules, 595.45.04, README',
  },
  'pci-ids': {
    title: 'The PCI ID repository',
    licence: 'facts only; GPL-2.0-or-later or BSD-3-Clause',
    origin: 'pci.ids of 2026-10-24',
  },
  libdrm: {
    title: 'amdgpu.ids of libdrm',
    licence: 'MIT',
    origin: 'libdrm 2.4.134',
  },
  mesa: {
    title: 'Device tables of Mesa: iris, freedreno, panfrost',
    licence: 'MIT',
    origin: 'https://gitlab.freedesktop.org/mesa/mesa: iris_pci_ids.h, freedreno_devices.py, pan_model.c',
  },
  rocm: {
    title: "AMD's table of architectures",
    licence: 'MIT',
    origin: 'https://github.com/ROCm/ROCm, commit e396b48, docs/reference/gpu-arch-specs.rst',
  },
  'metal-benchmarks': {
    title: 'Measured clocks, cores and rates of Apple A14 to M2',
    licence: 'facts only; MIT',
    origin: 'https://github.com/philipturner/metal-benchmarks, commit dc2adc6, README',
  },
  powermetrics: {
    title: 'Public records of powermetrics: highest clock states of the M3 and M4 families',
    licence: 'facts only',
    origin: 'several records, which agree',
  },
  recorded: {
    title: 'Recorded output of nvidia-smi: PCI id, memory, power limit and memory clock fit the row',
    licence: 'MIT and Apache-2.0',
    origin: 'tests of influxdata/telegraf, utkuozdemir/nvidia_gpu_exporter and leptonai/gpud',
  },
  press: {
    title: 'Articles of the press: RTX 50 for laptops, bandwidth of M5 Pro and Max',
    licence: 'facts only',
    origin: 'several articles',
  },
  'third-party': {
    title: 'Two or more pages of third parties with the same figures',
    licence: 'facts only',
    origin: 'several pages',
  },
  editor: {
    title: "The editor's knowledge of published specifications; no document was checked",
    licence: 'facts only',
    origin: 'none: the weakest of all',
  },
} as const satisfies Readonly<Record<string, CatalogueSource>>

export type CatalogueSourceKey = keyof typeof catalogueSources
