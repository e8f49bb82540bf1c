/** A growing byte buffer. Keys share one, so encoding allocates nothing. */
export class ByteWriter {
  buffer: Buffer
  length = 0

  constructor(size = 256) {
    this.buffer = Buffer.allocUnsafe(size)
  }

  clear(): void {
    this.length = 0
  }

  /** Makes room for `size` more bytes and returns their offset. */
  reserve(size: number): number {
    const start = this.length
    const needed = start + size
    if (needed > this.buffer.length) {
      const grown = Buffer.allocUnsafe(Math.max(needed, this.buffer.length * 2))
      this.buffer.copy(grown, 0, 0, start)
      this.buffer = grown
    }
    this.length = needed
    return start
  }

  byte(value: number): void {
    const at = this.reserve(1)
    this.buffer[at] = value
  }

  bytes(source: Buffer, start = 0, end = source.length): void {
    const at = this.reserve(end - start)
    source.copy(this.buffer, at, start, end)
  }

  /** Inverts all bytes from `start` on, for a descending field of a key. */
  invert(start: number): void {
    for (let i = start; i < this.length; i++) this.buffer[i] = ~(this.buffer[i] ?? 0)
  }

  /** Returns a copy of the written bytes. */
  take(): Buffer {
    return Buffer.from(this.buffer.subarray(0, this.length))
  }
}
