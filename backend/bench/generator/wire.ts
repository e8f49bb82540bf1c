import { connect, type Socket } from 'node:net'

/**
 * Just enough of WebSocket, Engine.IO and Socket.IO to load a server: socket.io-client would spend as much as the server
 * does, and the generator would measure itself.
 */
export interface WireClient {
  /** Sends an event. Its acknowledgement reaches `onAck` with `ackId`; null: none is wanted. */
  emit(ackId: number | null, event: string, payload: string): void
  /** Returns how many bytes the server has sent. */
  received(): number
  close(): void
}

export interface WireHandlers {
  /** @param refusal the answer of the server when it is not `ok: true` */
  onAck(ackId: number, refusal: string | null): void
  /** @param name the first characters of the event's name, which are enough to distinguish events, and cheaper */
  onEvent(name: string): void
}

const TEXT_FRAME = 0x81
const MASKED = 0x80
const CLOSE_OPCODE = 8
const OPEN_PACKET = '0'
const PING_PACKET = '2'
const ACCEPTED = Buffer.from('43')
const EVENT = Buffer.from('42["')
const CONNECTED = Buffer.from('40')
const REFUSED = Buffer.from('44')
const OK = Buffer.from('[{"ok":true')
const QUOTE = '"'.charCodeAt(0)
const BRACKET = '['.charCodeAt(0)
const ZERO = '0'.charCodeAt(0)

/** Resolves when Socket.IO has accepted the client. @param auth becomes the handshake's `auth` */
export function connectWire(url: URL, auth: Record<string, string>, handlers: WireHandlers): Promise<WireClient> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port: Number(url.port), host: url.hostname, noDelay: true })
    const send = (text: string) => void socket.write(frame(text))
    const client: WireClient = {
      emit: (ackId, event, payload) => send(`42${ackId ?? ''}["${event}",${payload}]`),
      received: () => socket.bytesRead,
      close: () => void socket.destroy(),
    }
    const fail = (why: string) => {
      socket.destroy()
      reject(new Error(why))
    }
    readFrames(socket, (payload) => {
      if (payload.subarray(0, 2).equals(ACCEPTED)) readAck(payload, handlers)
      else if (payload.subarray(0, 4).equals(EVENT))
        handlers.onEvent(payload.toString('latin1', EVENT.length, payload.indexOf(QUOTE, EVENT.length)))
      else if (payload.subarray(0, 2).equals(CONNECTED)) resolve(client)
      else if (payload.subarray(0, 2).equals(REFUSED)) fail(`The server refused a connection: ${payload.toString()}`)
      else if (payload.toString('latin1', 0, 1) === PING_PACKET) send('3')
      else if (payload.toString('latin1', 0, 1) === OPEN_PACKET) send(`40${JSON.stringify(auth)}`)
    })
    socket.on('error', (error) => fail(error.message))
    socket.on('close', () => reject(new Error('The server closed a connection that was being opened')))
    socket.write(
      `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: ${url.host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: cGFybGV5LXBhcmxleS0xMg==\r\n\r\n',
    )
  })
}

function readAck(payload: Buffer, handlers: WireHandlers): void {
  let ackId = 0
  let at = ACCEPTED.length
  for (let byte = payload[at]; byte !== undefined && byte !== BRACKET; byte = payload[(at += 1)])
    ackId = ackId * 10 + byte - ZERO
  handlers.onAck(ackId, payload.subarray(at, at + OK.length).equals(OK) ? null : payload.toString('utf8', at))
}

/** Frames of a client are masked. With a mask of zeros the payload does not change. */
function frame(text: string): Buffer {
  const length = Buffer.byteLength(text)
  const header = length < 126 ? 2 : 4
  const bytes = Buffer.alloc(header + 4 + length)
  bytes[0] = TEXT_FRAME
  bytes[1] = MASKED | (header === 2 ? length : 126)
  if (header === 4) bytes.writeUInt16BE(length, 2)
  bytes.write(text, header + 4)
  return bytes
}

/** Returns a parser that calls back with each payload. The first data is the answer to the HTTP upgrade. */
function readFrames(socket: Socket, onPayload: (payload: Buffer) => void): void {
  let rest: Buffer = Buffer.alloc(0)
  let isUpgraded = false

  socket.on('data', (chunk: Buffer) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    if (!isUpgraded) {
      const end = rest.indexOf('\r\n\r\n')
      if (end < 0) return
      if (!rest.toString('latin1', 0, 12).endsWith('101')) return void socket.destroy()
      isUpgraded = true
      rest = rest.subarray(end + 4)
    }
    for (let size = sizeOf(rest); size && rest.length >= size.header + size.payload; size = sizeOf(rest)) {
      if (((rest[0] ?? 0) & 0x0f) === CLOSE_OPCODE) return void socket.destroy()
      onPayload(rest.subarray(size.header, size.header + size.payload))
      rest = rest.subarray(size.header + size.payload)
    }
  })
}

/** Returns null while the header is incomplete. */
function sizeOf(bytes: Buffer): { header: number; payload: number } | null {
  const short = (bytes[1] ?? 0) & 0x7f
  if (bytes.length < 2) return null
  if (short < 126) return { header: 2, payload: short }
  if (short === 126) return bytes.length < 4 ? null : { header: 4, payload: bytes.readUInt16BE(2) }
  return bytes.length < 10 ? null : { header: 10, payload: Number(bytes.readBigUInt64BE(2)) }
}
