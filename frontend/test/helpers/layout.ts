import { vi } from 'vitest'

/** Heights that jsdom, which lays nothing out, is made to report. */
const VIEWPORT = 600
const ROW = 50
const WIDTH = 800

/**
 * Gives the virtual log a viewport of 600 px and rows of 50 px each, and lets it scroll. Call it in beforeEach.
 * ResizeObserver, scrollTo and the sizes are what the log asks a browser for.
 */
export function giveLayout(): void {
  class Observer implements ResizeObserver {
    private readonly observed = new Set<Element>()
    private readonly waiting = new Set<Element>()
    private readonly report: ResizeObserverCallback
    constructor(report: ResizeObserverCallback) {
      this.report = report
    }
    observe(target: Element): void {
      this.observed.add(target)
      // As a browser does, which reports all sizes of a frame together.
      if (this.waiting.size === 0) queueMicrotask(() => this.deliver())
      this.waiting.add(target)
    }
    unobserve(target: Element): void {
      this.observed.delete(target)
    }
    disconnect(): void {
      this.observed.clear()
    }
    private deliver(): void {
      const targets = [...this.waiting].filter((target) => this.observed.has(target))
      this.waiting.clear()
      const sizes = targets.map((target) => entry(target, target.getAttribute('role') === 'log' ? VIEWPORT : ROW))
      if (sizes.length > 0) this.report(sizes, this)
    }
  }
  // The log takes it from the document's own window, which is not the test's global object.
  for (const place of [globalThis, document.defaultView]) if (place) Object.assign(place, { ResizeObserver: Observer })
  define(HTMLElement.prototype, 'offsetParent', function (this: HTMLElement) {
    return this.parentElement
  })
  define(Element.prototype, 'scrollHeight', function (this: Element) {
    return [...this.children].reduce(
      (sum, child) => sum + (child instanceof HTMLElement ? Number.parseFloat(child.style.height) || 0 : 0),
      0,
    )
  })
  Element.prototype.scrollTo = function (this: Element, ...[where]: unknown[]) {
    move(this, topOf(where))
  }
  Element.prototype.scrollBy = function (this: Element, ...[by]: unknown[]) {
    move(this, this.scrollTop + topOf(by))
  }
  Element.prototype.getBoundingClientRect = function (this: Element) {
    return boxOf(this)
  }
  // Nothing lies over the log.
  document.elementFromPoint = () => document.querySelector('[role=log]')
  vi.stubGlobal('CSS', { supports: () => true })
}

/** Where an element of the log would be in the window, of which the log is all. */
function boxOf(element: Element): DOMRect {
  const log = element.closest('[role=log]')
  if (!log) return new DOMRect()
  if (log === element) return new DOMRect(0, 0, WIDTH, VIEWPORT)
  const item = element.closest<HTMLElement>('[style*="position: absolute"]')
  return new DOMRect(0, Number.parseFloat(item?.style.top ?? '0') - log.scrollTop, WIDTH, item ? ROW : 0)
}

/** Scrolls as the wheel would. */
export function scrollLog(log: Element, top: number): void {
  if (moveTo(log, top)) log.dispatchEvent(new Event('scroll'))
}

function entry(target: Element, height: number): ResizeObserverEntry {
  const box = [{ blockSize: height, inlineSize: WIDTH }]
  const contentRect = {
    x: 0,
    y: 0,
    top: 0,
    left: 0,
    width: WIDTH,
    height,
    right: WIDTH,
    bottom: height,
    toJSON: () => ({}),
  }
  return { target, contentRect, borderBoxSize: box, contentBoxSize: box, devicePixelContentBoxSize: box }
}

/** A script that scrolls: the event comes later. */
function move(element: Element, top: number): void {
  if (moveTo(element, top)) queueMicrotask(() => element.dispatchEvent(new Event('scroll')))
}

function moveTo(element: Element, top: number): boolean {
  const bounded = Math.max(0, Math.min(top, element.scrollHeight - VIEWPORT))
  if (bounded === element.scrollTop) return false
  element.scrollTop = bounded
  return true
}

function topOf(options: unknown): number {
  return typeof options === 'object' && options !== null && 'top' in options ? Number(options.top) : 0
}

function define(prototype: object, name: string, get: () => unknown): void {
  Object.defineProperty(prototype, name, { configurable: true, get })
}
