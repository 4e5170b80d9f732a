/** How many lines a list has between two milestones when they are set. */
export const STRETCH = 512

interface Stretch<Keys> {
  /** Where it begins; null for the beginning of the list. */
  from: Keys | null
  /** How many lines are in it. Of the last stretch, which ends with the list, nobody knows. */
  lines: number
}

interface ListOf<Keys> {
  compare: (a: Keys, b: Keys) => number
  /** The line that comes after so many others, counted from where `from` stands or would stand; null beyond the end. */
  walk: (from: Keys | null, passing: number) => Keys | null
}

/**
 * Places in an ordered list that are known by position, so that an offset is reached from near it, however long the list is. They
 * are set as the list is walked for the first time, and kept right by what commits put in and take out: a milestone is a point in
 * the order, not a line, so it stays where it is when the line it was set at moves away.
 */
export class Milestones<Keys> {
  private readonly list: ListOf<Keys>
  private readonly stretch: number
  private readonly stretches: Stretch<Keys>[] = [{ from: null, lines: 0 }]

  constructor(list: ListOf<Keys>, stretch = STRETCH) {
    this.list = list
    this.stretch = stretch
  }

  /** From where the line at this offset is read, and how many lines are passed over on the way. */
  near(offset: number): { from: Keys | null; passing: number } {
    let passing = offset
    for (let i = 0; ; i++) {
      const { from, lines } = this.at(i)
      const isLast = i === this.stretches.length - 1
      if (!isLast && passing >= lines) passing -= lines
      // A stretch that has grown is cut when it is met, as is the last one, which nobody has walked yet.
      else if (passing < this.stretch || !this.cut(i)) return { from, passing }
      else i -= 1
    }
  }

  /** Sets the next milestone, where there is none yet before this offset. @returns false when there was nothing to do */
  walkAhead(offset: number): boolean {
    const last = this.stretches.length - 1
    let known = this.stretch
    for (let i = 0; i < last; i++) known += this.at(i).lines
    return known < offset && this.cut(last)
  }

  /** A line came, went, or has other keys. */
  moved(before: Keys | null, after: Keys | null): void {
    const from = before === null ? null : this.stretchOf(before)
    const to = after === null ? null : this.stretchOf(after)
    if (from === to) return
    if (to) to.lines += 1
    if (from) this.takeFrom(from)
  }

  private takeFrom(stretch: Stretch<Keys>): void {
    stretch.lines -= 1
    const i = this.stretches.indexOf(stretch)
    if (stretch.lines > 0 || i === this.stretches.length - 1) return
    // Nothing is left between two milestones: the second goes. (Below nothing, where what is yet to be told of puts a line in.)
    const [next] = this.stretches.splice(i + 1, 1)
    stretch.lines += next?.lines ?? 0
  }

  /** Sets a milestone within a stretch. @returns false when it is not as long as that */
  private cut(i: number): boolean {
    const stretch = this.at(i)
    const isLast = i === this.stretches.length - 1
    const from = this.list.walk(stretch.from, this.stretch)
    if (from === null) return false
    this.stretches.splice(i + 1, 0, { from, lines: isLast ? 0 : stretch.lines - this.stretch })
    stretch.lines = this.stretch
    return true
  }

  private stretchOf(keys: Keys): Stretch<Keys> {
    let low = 0
    let high = this.stretches.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      const { from } = this.at(middle)
      if (from === null || this.list.compare(from, keys) <= 0) low = middle
      else high = middle - 1
    }
    return this.at(low)
  }

  private at(i: number): Stretch<Keys> {
    const stretch = this.stretches[i]
    if (!stretch) throw new RangeError('No such stretch')
    return stretch
  }
}
