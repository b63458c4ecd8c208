/**
 * A text with its fields filled in, as the lab read it: drawn node by node, so that nothing of it is ever markup.
 */
import { defineComponent, h, type PropType, type VNodeChild } from 'vue'
import type { Inline, TextNode } from '#shared/report/document'
import MathText from '../../ui/MathText'

export default defineComponent({
  name: 'TextNodes',
  props: {
    nodes: { type: Array as PropType<readonly TextNode[]>, default: () => [] },
    /** In place of nodes: one line, such as a caption. */
    inlines: { type: Array as PropType<readonly Inline[]>, default: undefined },
  },
  setup(props) {
    return () =>
      props.inlines
        ? h('span', props.inlines.map(inlineNode))
        : h('div', { class: 'report-text' }, props.nodes.map(node))
  },
})

function node(each: TextNode): VNodeChild {
  switch (each.kind) {
    case 'paragraph':
      return h('p', each.children.map(inlineNode))
    case 'subheading':
      return h('p', { class: 'subheading' }, each.children.map(inlineNode))
    case 'list':
      return h(
        each.ordered ? 'ol' : 'ul',
        each.ordered ? { start: each.start } : {},
        each.items.map((item) => h('li', item.map(node))),
      )
    case 'quote':
      return h('blockquote', each.children.map(node))
    case 'code':
      return h('pre', { class: 'mono' }, each.text)
    case 'math':
      return h(MathText, { latex: each.latex, block: true })
    case 'table':
      return h('table', [
        h(
          'thead',
          h(
            'tr',
            each.header.map((cell, i) => h('th', { class: each.align[i] }, cell.map(inlineNode))),
          ),
        ),
        h(
          'tbody',
          each.rows.map((row) =>
            h(
              'tr',
              row.map((cell, i) => h('td', { class: each.align[i] }, cell.map(inlineNode))),
            ),
          ),
        ),
      ])
    case 'rule':
      return h('hr')
  }
  return each satisfies never
}

function inlineNode(each: Inline): VNodeChild {
  switch (each.kind) {
    case 'text':
      return each.text
    case 'strong':
      return h('strong', each.children.map(inlineNode))
    case 'emphasis':
      return h('em', each.children.map(inlineNode))
    case 'struck':
      return h('s', each.children.map(inlineNode))
    case 'code':
      return h('code', { class: 'mono' }, each.text)
    // the window opens no pages: an address is shown, not followed
    case 'link':
      return h('span', { class: 'link', title: each.href }, each.children.map(inlineNode))
    case 'math':
      return h(MathText, { latex: each.latex })
    case 'field':
      return h('span', { class: 'field', title: `{{${each.source}}}` }, each.text)
    case 'problem':
      return h('span', { class: 'problem', title: each.message }, [
        each.source,
        h('span', { class: 'reason' }, ` ${each.message}`),
      ])
    case 'break':
      return h('br')
  }
  return each satisfies never
}
