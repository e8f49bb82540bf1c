/*
 * Moves the clock of this process, which is `Date` alone, when the parent process sends an offset in milliseconds. Timers keep their
 * pace, as they do when the clock of a machine is set. Import it first.
 */
const RealDate = Date
let offsetMs = Number(process.argv[4] ?? 0)
const now = (): number => RealDate.now() + offsetMs

// Dates stay real ones, because the storage tells them by their class.
globalThis.Date = new Proxy(RealDate, {
  construct: (_, values: [], newTarget) =>
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the constructor returns an object
    Reflect.construct(RealDate, values.length === 0 ? [now()] : values, newTarget) as object,
  get: (_, name, receiver) => (name === 'now' ? now : Reflect.get(RealDate, name, receiver)),
})

process.on('message', (newOffsetMs) => {
  offsetMs = Number(newOffsetMs)
  process.send?.('moved')
})
process.channel?.unref()
