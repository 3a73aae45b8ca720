/** All cards that are known by name, family by family. */
import { radeonGcnRdna1 } from './amd/radeon-gcn-rdna1.ts'
import { radeonIntegrated } from './amd/radeon-integrated.ts'
import { radeonMobile } from './amd/radeon-mobile.ts'
import { radeonPro } from './amd/radeon-pro.ts'
import { radeonRx6000 } from './amd/radeon-rx-6000.ts'
import { radeonRx7000To9000 } from './amd/radeon-rx-7000-9000.ts'
import { appleA } from './apple/a-series.ts'
import { appleM } from './apple/m-series.ts'
import type { CatalogueRow } from './catalogue-row.ts'
import { arc } from './intel/arc.ts'
import { intelIntegrated } from './intel/integrated.ts'
import { adreno } from './mobile/adreno.ts'
import { mali } from './mobile/mali.ts'
import { xclipseVideocore } from './mobile/xclipse-videocore.ts'
import { nvidiaDatacentre } from './nvidia/datacentre.ts'
import { geforce10 } from './nvidia/geforce-10.ts'
import { geforce16 } from './nvidia/geforce-16.ts'
import { geforce20 } from './nvidia/geforce-20.ts'
import { geforce30Desktop } from './nvidia/geforce-30-desktop.ts'
import { geforce30Laptop } from './nvidia/geforce-30-laptop.ts'
import { geforce40 } from './nvidia/geforce-40.ts'
import { geforce50 } from './nvidia/geforce-50.ts'
import { jetson } from './nvidia/jetson.ts'
import { workstationAdaBlackwell } from './nvidia/workstation-ada-blackwell.ts'
import { workstationAmpere } from './nvidia/workstation-ampere.ts'
import { workstationPascalTuring } from './nvidia/workstation-pascal-turing.ts'

export const allRows: readonly CatalogueRow[] = [
  ...geforce10,
  ...geforce16,
  ...geforce20,
  ...geforce30Desktop,
  ...geforce30Laptop,
  ...geforce40,
  ...geforce50,
  ...workstationPascalTuring,
  ...workstationAmpere,
  ...workstationAdaBlackwell,
  ...nvidiaDatacentre,
  ...jetson,
  ...radeonGcnRdna1,
  ...radeonRx6000,
  ...radeonRx7000To9000,
  ...radeonPro,
  ...radeonMobile,
  ...radeonIntegrated,
  ...arc,
  ...intelIntegrated,
  ...appleM,
  ...appleA,
  ...adreno,
  ...mali,
  ...xclipseVideocore,
]
