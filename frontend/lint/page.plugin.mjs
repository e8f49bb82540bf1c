/** Lint rules of the page: texts come from the message catalogue, and styles know no left and right. */

const MACROS = new Set(['t', 'msg', 'plural', 'select', 'selectOrdinal'])
const MESSAGE_COMPONENTS = new Set(['Trans', 'Plural', 'Select', 'SelectOrdinal'])
const READ_ATTRIBUTES = new Set([
  'alt',
  'aria-description',
  'aria-label',
  'aria-placeholder',
  'aria-roledescription',
  'aria-valuetext',
  'label',
  'placeholder',
  'title',
])
const CLASS_ATTRIBUTE = /class(?:Name)?$/i
/** The product has the same name in every language. */
const PRODUCT = /^(?:· )?Parley$/
const LETTER = /\p{L}/u
/** A string of code, such as a key or a list of classes, seldom starts like a sentence or has plain words only. */
const SENTENCE = /^\p{Lu}\p{Ll}+(?:[^\p{L}\d_-]|$)|^\p{Lu}\p{Ll}+-\p{Ll}+ |^(?:[\p{L}'’,.!?…]+ )+[\p{L}'’]+[.!?…:]?$/u
const PHYSICAL_CLASS =
  /^(?:\S*:)?!?-?(?:[mp][lr]|scroll-[mp][lr]|border-[lr]|rounded-(?:[lr]|[tb][lr])|(?:float|clear|text)-(?:left|right))(?:-|$)|^(?:\S*:)?!?-?(?:left|right)-/
const PHYSICAL_PROPERTY = /^(?:left|right)$|Left|Right/

/** Returns the text of a string or template, with a space for each value, or null for another node. */
function textOf(node) {
  if (node.type === 'Literal') return typeof node.value === 'string' ? node.value : null
  if (node.type === 'TemplateLiteral') return node.quasis.map((quasi) => quasi.value.cooked ?? '').join(' ')
  return null
}

const nameOf = (node) => (node.type === 'JSXIdentifier' || node.type === 'Identifier' ? node.name : '')
const attributeName = (node) => (node.name.type === 'JSXNamespacedName' ? '' : node.name.name)

const isMacro = (node) =>
  (node.type === 'TaggedTemplateExpression' && MACROS.has(nameOf(node.tag))) ||
  (node.type === 'CallExpression' && MACROS.has(nameOf(node.callee)))

/** Tells whether a string stands where code expects a name: a key, a type, a comparison, an error for the developer. */
function isCode(node) {
  const { parent } = node
  switch (parent.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
    case 'ImportExpression':
    case 'TSLiteralType':
    case 'SwitchCase':
    case 'ExpressionStatement':
    case 'TSEnumMember':
      return true
    case 'BinaryExpression':
      return parent.operator !== '+'
    case 'MemberExpression':
      return parent.computed && parent.property === node
    case 'Property':
      return parent.key === node
    case 'NewExpression':
      return /(?:Error|Exception|Channel|Event)$/.test(nameOf(parent.callee))
    default:
      return false
  }
}

/** Walks up from a string to what decides about it: `message`, `class`, `read` (a text that is shown), or `plain`. */
function placeOf(node) {
  for (let child = node, { parent } = node; parent; child = parent, { parent } = parent) {
    if (isMacro(parent)) return 'message'
    if (parent.type === 'JSXAttribute') {
      const name = attributeName(parent)
      if (CLASS_ATTRIBUTE.test(name)) return 'class'
      return READ_ATTRIBUTES.has(name) ? 'read' : 'plain'
    }
    if (parent.type === 'JSXElement' || parent.type === 'JSXFragment') return 'read'
    const passes =
      parent.type === 'JSXExpressionContainer' ||
      (parent.type === 'ConditionalExpression' && parent.test !== child) ||
      parent.type === 'LogicalExpression' ||
      (parent.type === 'BinaryExpression' && parent.operator === '+') ||
      parent.type === 'TemplateLiteral' ||
      parent.type === 'TSAsExpression'
    if (!passes) return isInsideMacro(parent) ? 'message' : isInsideClass(parent) ? 'class' : 'plain'
  }
  return 'plain'
}

function isInsideMacro(node) {
  for (let parent = node; parent; parent = parent.parent) {
    if (isMacro(parent)) return true
    if (parent.type !== 'Property' && parent.type !== 'ObjectExpression') return false
  }
  return false
}

function isInsideClass(node) {
  for (let parent = node; parent; parent = parent.parent) {
    if (parent.type === 'JSXAttribute') return CLASS_ATTRIBUTE.test(attributeName(parent))
    if (parent.type === 'JSXElement' || /Function/.test(parent.type)) return false
  }
  return false
}

const looseText = {
  create(context) {
    const report = (node, text) =>
      context.report({
        node,
        message: `A text outside the message catalogue: "${text.trim()}". See src/locales/README.md.`,
      })
    function check(node) {
      const text = textOf(node)
      if (text === null || !LETTER.test(text) || PRODUCT.test(text.trim()) || isCode(node)) return
      const place = placeOf(node)
      if (place === 'read' || (place === 'plain' && SENTENCE.test(text.trim()))) report(node, text)
    }
    return {
      Literal: check,
      TemplateLiteral(node) {
        if (node.parent.type !== 'TaggedTemplateExpression') check(node)
      },
      JSXText(node) {
        if (!LETTER.test(node.value) || PRODUCT.test(node.value.trim())) return
        for (let { parent } = node; parent; { parent } = parent) {
          if (parent.type === 'JSXAttribute') break
          if (parent.type === 'JSXElement' && MESSAGE_COMPONENTS.has(nameOf(parent.openingElement.name))) return
        }
        report(node, node.value)
      },
    }
  },
}

/** The catalogue is loaded after the modules, so a text that a module reads while it loads would be missing. */
const earlyText = {
  create(context) {
    function check(node) {
      if (!isMacro(node) || nameOf(node.tag ?? node.callee) === 'msg') return
      for (let { parent } = node; parent; { parent } = parent) {
        if (/Function/.test(parent.type) || isMacro(parent)) return
        if (parent.type === 'PropertyDefinition') break
      }
      context.report({
        node,
        message: 'The catalogue is not loaded yet when a module loads: use msg`...` and i18n._().',
      })
    }
    return { TaggedTemplateExpression: check, CallExpression: check }
  },
}

/** Other languages order the words of a sentence differently. */
const joinedText = {
  create(context) {
    return {
      TaggedTemplateExpression(node) {
        if (nameOf(node.tag) !== 't') return
        const { parent } = node
        if (parent.type === 'TemplateLiteral' || (parent.type === 'BinaryExpression' && parent.operator === '+'))
          context.report({ node, message: 'One sentence is one message: never join it from pieces.' })
      },
    }
  },
}

/** Left and right change places in a right-to-left language; start and end do so by themselves. */
const physicalDirection = {
  create(context) {
    const report = (node, name) =>
      context.report({ node, message: `"${name}" is a physical direction: use the logical one (start, end).` })
    function check(node) {
      const text = textOf(node)
      if (text === null || isCode(node)) return
      const physical = text.split(/\s+/).find((name) => PHYSICAL_CLASS.test(name))
      if (physical !== undefined) report(node, physical)
    }
    return {
      Literal: check,
      TemplateLiteral: check,
      Property(node) {
        const name = nameOf(node.key)
        if (!PHYSICAL_PROPERTY.test(name)) return
        for (let { parent } = node; parent; { parent } = parent)
          if (parent.type === 'JSXAttribute') {
            if (attributeName(parent) === 'style') report(node, name)
            return
          }
      },
      AssignmentExpression({ left }) {
        if (left.type !== 'MemberExpression' || left.object.type !== 'MemberExpression') return
        const name = nameOf(left.property)
        if (nameOf(left.object.property) === 'style' && PHYSICAL_PROPERTY.test(name)) report(left, name)
      },
    }
  },
}

const PROBLEM_NAME = /problem|refus/i
const isProblem = (node) =>
  PROBLEM_NAME.test(nameOf(node.type === 'MemberExpression' ? node.property : node)) ||
  (node.type === 'CallExpression' && nameOf(node.callee) === 'asProblem')

/** The server words `detail` in English only; `problemText` and `errorText` word a problem in the page's language. */
const serverText = {
  create(context) {
    const report = (node) =>
      context.report({ node, message: 'The English text of the server: use problemText() or errorText().' })
    return {
      MemberExpression(node) {
        if (!node.computed && nameOf(node.property) === 'detail' && isProblem(node.object)) report(node)
      },
      VariableDeclarator({ id, init }) {
        if (id.type !== 'ObjectPattern' || !init || !isProblem(init)) return
        for (const property of id.properties) if (nameOf(property.key ?? {}) === 'detail') report(property)
      },
    }
  },
}

/** Back closes an overlay only when the overlay is an entry of the browser's history, which `useOverlay` adds. */
const overlay = {
  create(context) {
    const shown = []
    let isEntry = false
    return {
      JSXOpeningElement(node) {
        const role = node.attributes.find((attribute) => attribute.name && attributeName(attribute) === 'role')?.value
        const isOverlay =
          nameOf(node.name) === 'dialog' ||
          OVERLAY_ROLES.has(role?.value) ||
          node.attributes.some((attribute) => attribute.name && attributeName(attribute) === 'popover')
        if (isOverlay) shown.push(node)
      },
      CallExpression(node) {
        if (nameOf(node.callee) === 'useOverlay') isEntry = true
        if (nameOf(node.callee.property ?? {}) === 'showModal' || nameOf(node.callee) === 'createPortal')
          shown.push(node)
      },
      'Program:exit'() {
        if (isEntry) return
        for (const node of shown) context.report({ node, message: 'Back must close an overlay: call useOverlay().' })
      },
    }
  },
}
const OVERLAY_ROLES = new Set(['dialog', 'alertdialog', 'menu', 'listbox'])

const KEPT = 'It stores a time that only this browser reads, after a reload too. A clock that was set costs'
const SLEEP =
  'A sleep of the computer must count, and performance.now() may stand still then. A clock that was set costs'
/** The files that may read the computer's clock, and why. */
const OWN_CLOCK = {
  'lib/serverClock.ts': 'It is the clock of the server.',
  'connection/access.storage.ts': `${KEPT} a refresh of the access token.`,
  'connection/socket.transports.ts': `${KEPT} a try of WebSocket.`,
  'drafts/draft.storage.ts': `${KEPT} the order in which old drafts are removed.`,
  'outbox/outbox.storage.ts': `${KEPT} nothing: a number is always above the ones before.`,
  'connection/line.probe.ts': `${SLEEP} a probe.`,
  'connection/server.connection.ts': `${SLEEP} a try of the other transport.`,
}

/** A computer's clock may be hours wrong, so the page judges times by the server's clock: lib/serverClock.ts. */
const serverClock = {
  create(context) {
    if (Object.keys(OWN_CLOCK).some((file) => context.filename.replaceAll('\\', '/').endsWith(`/src/${file}`)))
      return {}
    const report = (node) =>
      context.report({
        node,
        message:
          "This is the computer's clock. Use serverNow() for times of the server, performance.now() for lengths of time.",
      })
    return {
      MemberExpression(node) {
        if (nameOf(node.object) === 'Date' && nameOf(node.property) === 'now') report(node)
      },
      NewExpression(node) {
        if (nameOf(node.callee) === 'Date' && node.arguments.length === 0) report(node)
      },
    }
  },
}

export default {
  meta: { name: 'page' },
  rules: {
    'loose-text': looseText,
    'early-text': earlyText,
    'joined-text': joinedText,
    'physical-direction': physicalDirection,
    'server-text': serverText,
    overlay,
    'server-clock': serverClock,
  },
}
