/** Who pays for work that is done on a peer's behalf: the account in whose name it runs, also across its awaits. */

/** Signature checks: what a stranger can make this node compute before it knows anything of it. */
export interface CheckAccount {
  checks: number
  checkMs: number
}

export interface Charging {
  /** Runs `work`; checks in it and in what it awaits are charged to the account. */
  run<T>(account: CheckAccount, work: () => T): T
}

/** Where nothing is measured, as in a browser. */
export const noCharging: Charging = { run: (_account, work) => work() }
