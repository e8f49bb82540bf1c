/**
 * The server that Parley is compared with: Socket.IO and nothing else. It accepts every client, checks and stores nothing,
 * and sends the same events with the same payloads to the same connections as Parley.
 */
import { createServer } from 'node:http'
import { Server } from 'socket.io'

const http = createServer((request, response) => {
  request.resume()
  request.on('end', () => response.setHeader('content-type', 'application/json').end('{"ok":true}'))
})
const io = new Server(http, { serveClient: false })
const socketsOf = new Map()
const conversationId = 'c'.repeat(24)
let seq = 0

io.on('connection', (socket) => {
  const { userId } = socket.handshake.auth
  socketsOf.set(userId, socket)
  socket.on('disconnect', () => socketsOf.delete(userId))
  socket.on('sendMessage', ({ receiverId, text, clientMessageId }, acknowledge) => {
    seq += 1
    const id = seq.toString(16).padStart(24, '0')
    const message = {
      id,
      conversationId,
      seq,
      senderId: userId,
      receiverId,
      title: null,
      text,
      clientMessageId,
      createdAt: new Date().toISOString(),
      isRead: false,
    }
    acknowledge({ ok: true, data: message })
    if (receiverId === 'all') {
      io.emit('broadcastMessage', message)
      return
    }
    socketsOf.get(receiverId)?.emit('newMessage', message)
  })
})

// The same backlog as Parley's. With Node's default of 511 the kernel would refuse connections of the storm.
http.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () =>
  process.stdout.write(`ready at http://127.0.0.1:${http.address().port}\n`),
)
process.once('SIGTERM', () => process.exit(0))
