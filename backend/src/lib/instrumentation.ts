import { channel, tracingChannel, type Channel, type TracingChannel } from 'node:diagnostics_channel'
import { currentRequest, requestContexts, type RequestContext } from './requestContext.ts'

/** The result of one attempt to send a message. */
export interface MessageSent {
  kind: 'direct' | 'group' | 'broadcast' | 'unknown'
  /** `repeated`: the message existed already. `refused`: the sender got a problem. `failed`: the server has a fault. */
  result: 'kept' | 'repeated' | 'refused' | 'failed'
  /** Milliseconds since the message arrived. */
  ms: number
}

export interface EventDelivered {
  event: string
  /** Connections of this node that got the event. */
  connections: number
}

export interface UploadFinished {
  bytes: number
}

export interface RateLimitMessage {
  /** The name of the limit. */
  limit: string
}

export interface BusTopic {
  topic: string
}

/**
 * A traced piece of work. Every message of one piece is the same object, so a subscriber can keep what belongs to it in
 * a WeakMap.
 */
export interface Trace {
  /** By `performance.now()`. */
  startedAt: number
  /** Set when the work failed. */
  error?: unknown
}

export interface RequestTrace extends Trace {
  /** A tracing subscriber writes its span's `traceparent` here at the start. */
  context: RequestContext
  /** The client's trace, when a trusted proxy passed it on. */
  traceparent: string | undefined
  method: string
  /** Known at the end: the pattern of the route, such as `/api/messages/:conversationId`. */
  route: string
  /** Known at the end. */
  statusCode: number
  /** Known at the end: the client closed the connection before the whole answer was sent. */
  isAborted: boolean
}

export interface SocketEventTrace extends Trace {
  context: RequestContext
  event: string
}

/** The delivery on this node that a request of another node caused. */
export interface BusDeliveryTrace extends Trace {
  context: RequestContext
  /** The name of the `Delivery` method. */
  method: string
}

export interface DatabaseCommandTrace extends Trace {
  command: string
  collection: string
}

const CHANNELS = {
  messageSent: channel('parley:message.sent'),
  syncRequested: channel('parley:sync.requested'),
  eventDelivered: channel('parley:event.delivered'),
  uploadFinished: channel('parley:upload.finished'),
  rateLimitCreated: channel('parley:rateLimit.created'),
  rateLimitExceeded: channel('parley:rateLimit.exceeded'),
  busPublished: channel('parley:bus.published'),
  busReceived: channel('parley:bus.received'),
  busGap: channel('parley:bus.gap'),
}

/** Node names each `tracing:<name>:start`, `:end`, `:asyncEnd` and `:error`. */
const TRACING_CHANNELS = {
  request: tracingChannel<RequestContext | undefined, OfServer<RequestTrace>>('parley:request'),
  socketEvent: tracingChannel<RequestContext | undefined, OfServer<SocketEventTrace>>('parley:socketEvent'),
  busDelivery: tracingChannel<RequestContext | undefined, OfServer<BusDeliveryTrace>>('parley:busDelivery'),
  databaseCommand: tracingChannel<unknown, OfServer<DatabaseCommandTrace>>('parley:databaseCommand'),
}

const FOLLOWED_CHANNELS = [TRACING_CHANNELS.request, TRACING_CHANNELS.socketEvent, TRACING_CHANNELS.busDelivery]

type OfServer<M> = M & { server: object }

/**
 * A channel for happenings without a duration. Channels are global to the process, so each message carries its server.
 */
export interface ServerChannel<M extends object> {
  /**
   * False when the process has no subscriber. Check it before a message is built: then an unobserved happening costs
   * one comparison.
   */
  readonly hasSubscribers: boolean
  publish(message: M): void
  /** Calls the listener for messages of this server only. */
  subscribe(listener: (message: M) => void): void
}

/** A channel for work with a duration. */
export interface ServerTracingChannel<M extends Trace> {
  readonly hasSubscribers: boolean
  /** Traces work that ends with its promise. */
  tracePromise<R>(message: M, work: () => Promise<R>): Promise<R>
  /** Traces work that ends when it returns. */
  traceSync<R>(message: M, work: () => R): R
  /** Traces work that reports its end by a callback: the returned function. */
  begin(message: M): (error?: unknown) => void
  /** Calls the listeners for work of this server only. */
  subscribe(listeners: { start?: (message: M) => void; end?: (message: M) => void }): void
}

/** The channels of one server. Metrics, tracing and the admins' overview subscribe; the server's parts publish. */
export interface Instrumentation {
  readonly messageSent: ServerChannel<MessageSent>
  readonly syncRequested: ServerChannel<object>
  readonly eventDelivered: ServerChannel<EventDelivered>
  readonly uploadFinished: ServerChannel<UploadFinished>
  readonly rateLimitCreated: ServerChannel<RateLimitMessage>
  readonly rateLimitExceeded: ServerChannel<RateLimitMessage>
  readonly busPublished: ServerChannel<BusTopic>
  readonly busReceived: ServerChannel<BusTopic>
  readonly busGap: ServerChannel<object>
  readonly request: ServerTracingChannel<RequestTrace>
  readonly socketEvent: ServerTracingChannel<SocketEventTrace>
  readonly busDelivery: ServerTracingChannel<BusDeliveryTrace>
  readonly databaseCommand: ServerTracingChannel<DatabaseCommandTrace>
  /** Makes `currentRequest` known inside the requests, socket events and bus deliveries of this server. */
  followRequests(): void
  /** Ends every subscription of this server. */
  close(): void
}

/**
 * Servers whose requests are followed. A channel holds one binding for a store, so the servers of a process share it.
 */
const followed = new Set<object>()

/** Work of a server that is not followed keeps the context it runs in. */
const contextOf = ({ server, context }: OfServer<{ context: RequestContext }>): RequestContext | undefined =>
  followed.has(server) ? context : currentRequest()

type Subscribable = Pick<Channel, 'subscribe' | 'unsubscribe'>

/** Creates the channels of one server. A message to a channel without a subscriber costs a function call. */
export function createInstrumentation(): Instrumentation {
  const server = {}
  const unsubscribers: (() => void)[] = []

  function subscribe(to: Subscribable, listener: (message: never) => void): void {
    const ofThisServer = (message: unknown): void => {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only this file publishes here, in the channel's shape
      if (isFrom(server, message)) listener(message as never)
    }
    to.subscribe(ofThisServer)
    unsubscribers.push(() => to.unsubscribe(ofThisServer))
  }

  function serverChannel<M extends object>(on: Channel): ServerChannel<M> {
    return {
      get hasSubscribers() {
        return on.hasSubscribers
      },
      publish: (message) => on.publish({ ...message, server }),
      subscribe: (listener) => subscribe(on, listener),
    }
  }

  /** @param last the event that the channel publishes when the work is over */
  function serverTracingChannel<M extends Trace, S>(
    on: TracingChannel<S, OfServer<M>>,
    last: 'end' | 'asyncEnd',
  ): ServerTracingChannel<M> {
    return {
      get hasSubscribers() {
        return on.hasSubscribers
      },
      tracePromise: (message, work) => on.tracePromise(work, Object.assign(message, { server })),
      traceSync: (message, work) => on.traceSync(work, Object.assign(message, { server })),
      begin(message) {
        const own = Object.assign(message, { server })
        on.start.publish(own)
        return (error) => {
          if (error !== undefined) on.error.publish(Object.assign(own, { error }))
          on.asyncEnd.publish(own)
        }
      },
      subscribe({ start, end }) {
        if (start) subscribe(on.start, start)
        if (end) subscribe(on[last], end)
      },
    }
  }

  return {
    messageSent: serverChannel(CHANNELS.messageSent),
    syncRequested: serverChannel(CHANNELS.syncRequested),
    eventDelivered: serverChannel(CHANNELS.eventDelivered),
    uploadFinished: serverChannel(CHANNELS.uploadFinished),
    rateLimitCreated: serverChannel(CHANNELS.rateLimitCreated),
    rateLimitExceeded: serverChannel(CHANNELS.rateLimitExceeded),
    busPublished: serverChannel(CHANNELS.busPublished),
    busReceived: serverChannel(CHANNELS.busReceived),
    busGap: serverChannel(CHANNELS.busGap),
    request: serverTracingChannel(TRACING_CHANNELS.request, 'asyncEnd'),
    socketEvent: serverTracingChannel(TRACING_CHANNELS.socketEvent, 'asyncEnd'),
    busDelivery: serverTracingChannel(TRACING_CHANNELS.busDelivery, 'end'),
    databaseCommand: serverTracingChannel(TRACING_CHANNELS.databaseCommand, 'asyncEnd'),
    followRequests() {
      followed.add(server)
      for (const { start } of FOLLOWED_CHANNELS) start.bindStore(requestContexts, contextOf)
    },
    close() {
      for (const unsubscribe of unsubscribers.splice(0)) unsubscribe()
      if (!followed.delete(server) || followed.size > 0) return
      for (const { start } of FOLLOWED_CHANNELS) start.unbindStore(requestContexts)
    },
  }
}

function isFrom(server: object, message: unknown): boolean {
  return typeof message === 'object' && message !== null && 'server' in message && message.server === server
}
