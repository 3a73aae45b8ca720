/** Machines as their kernels show the processor; written after the kernel's documentation of hwmon, thermal zones and powercap. */
import type { ProcessorSystem } from '../../../node/gpu/processor/processor.ts'
import type { Recording } from './recorded-machine.ts'

const GIB = 2 ** 30

export const processorSystem = (model: string, cores: number): ProcessorSystem => ({
  cpus: () =>
    Array.from({ length: cores }, () => ({ model, times: { user: 100, nice: 0, sys: 20, idle: 880, irq: 0 } })),
  totalmem: () => 32 * GIB,
  freemem: () => 20 * GIB,
})

export const intelDesktop: Recording = {
  files: {
    '/sys/class/hwmon/hwmon0/name': 'nvme\n',
    '/sys/class/hwmon/hwmon0/temp1_input': '61850\n',
    '/sys/class/hwmon/hwmon1/name': 'coretemp\n',
    '/sys/class/hwmon/hwmon1/temp1_label': 'Package id 0\n',
    '/sys/class/hwmon/hwmon1/temp1_input': '54000\n',
    '/sys/class/hwmon/hwmon1/temp1_crit': '100000\n',
    '/sys/class/hwmon/hwmon1/temp2_label': 'Core 0\n',
    '/sys/class/hwmon/hwmon1/temp2_input': '57000\n',
    '/sys/class/powercap/intel-rapl:0/name': 'package-0\n',
    '/sys/class/powercap/intel-rapl:0/energy_uj': '1000000\n',
    '/sys/class/powercap/intel-rapl:0/max_energy_range_uj': '262143328850\n',
    '/sys/class/powercap/intel-rapl:1/name': 'psys\n',
    '/sys/class/powercap/intel-rapl:1/energy_uj': '9000000\n',
    '/proc/cpuinfo': 'processor\t: 0\ncpu MHz\t\t: 4200.000\n\nprocessor\t: 1\ncpu MHz\t\t: 800.000\n',
  },
}

export const amdDesktop: Recording = {
  files: {
    '/sys/class/hwmon/hwmon2/name': 'k10temp\n',
    '/sys/class/hwmon/hwmon2/temp1_label': 'Tctl\n',
    '/sys/class/hwmon/hwmon2/temp1_input': '72500\n',
    '/sys/class/hwmon/hwmon2/temp2_label': 'Tdie\n',
    '/sys/class/hwmon/hwmon2/temp2_input': '62500\n',
  },
}

export const armBoard: Recording = {
  files: {
    '/sys/class/thermal/thermal_zone0/type': 'acpitz\n',
    '/sys/class/thermal/thermal_zone0/temp': '27800\n',
    '/sys/class/thermal/thermal_zone1/type': 'cpu-thermal\n',
    '/sys/class/thermal/thermal_zone1/temp': '48312\n',
    '/sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq': '1500000\n',
    '/sys/devices/system/cpu/cpu1/cpufreq/scaling_cur_freq': '600000\n',
    '/proc/device-tree/model': 'Raspberry Pi 5 Model B Rev 1.0\0',
  },
}
