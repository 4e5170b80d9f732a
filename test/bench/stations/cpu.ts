import { readdirSync, readFileSync } from 'node:fs'

/* Processor time from /proc: what Postgres's own processes take is to be had nowhere else. */

/** Of a tick of /proc: USER_HZ is 100 wherever Node runs. */
const TICK_MS = 10

interface Seen {
  pid: number
  parent: number
  name: string
  cpuMs: number
  /** Of its children that have ended. */
  endedMs: number
}

export const canReadCpu = (): boolean => process.platform === 'linux'

function all(): Seen[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [parse(readFileSync(`/proc/${pid}/stat`, 'utf8'))]
      } catch (error) {
        // It has ended between the listing and the look.
        if (
          (error as NodeJS.ErrnoException).code === 'ENOENT' ||
          (error as NodeJS.ErrnoException).code === 'ESRCH'
        )
          return []
        throw error
      }
    })
}

/** The name is in brackets and may hold anything; what follows it does not. */
function parse(stat: string): Seen {
  const [pid, name] = [Number.parseInt(stat), stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'))]
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(11, 15).map(Number)
  return {
    ...{ pid, name, parent: Number(fields[1]) },
    cpuMs: (user + system) * TICK_MS,
    endedMs: (endedUser + endedSystem) * TICK_MS,
  }
}

/** What a server's processes have taken so far, ms: one process, and every Postgres below another. */
export function serverCpu(backendPid: number, ancestorPid: number): { backend: number; postgres: number } {
  const seen = all()
  const parents = new Map(seen.map(({ pid, parent }) => [pid, parent]))
  const isOurs = (pid: number): boolean => {
    for (let at: number | undefined = pid; at !== undefined && at > 1; at = parents.get(at))
      if (at === ancestorPid) return true
    return false
  }
  const sum = (of: readonly Seen[]): number =>
    of.reduce((total, { cpuMs, endedMs }) => total + cpuMs + endedMs, 0)
  return {
    backend: sum(seen.filter(({ pid }) => pid === backendPid)),
    // Postgres keeps no children but its first process: theirs are in it once they have ended.
    postgres: sum(seen.filter(({ pid, name }) => name.startsWith('postgres') && isOurs(pid))),
  }
}
