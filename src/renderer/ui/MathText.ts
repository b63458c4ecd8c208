/**
 * A formula, drawn by the browser from MathML. Symbols that the page can explain carry `data-symbol`; see
 * features/paper/parts/ExplainedMath.vue for how they are reached.
 */
import { computed, defineComponent, h, type VNode } from 'vue'
import { mathTree, plainLatex, type MathNode } from '#shared/paper/math-tree'

export default defineComponent({
  name: 'MathText',
  props: {
    /** In the LaTeX that math-tree.ts reads. */
    latex: { type: String, required: true },
    /** Large, on a line of its own. */
    block: { type: Boolean, default: false },
  },
  setup(props) {
    const tree = computed(() => mathTree(props.latex))
    return () =>
      h(
        'math',
        {
          class: 'formula',
          display: props.block ? 'block' : 'inline',
          displaystyle: 'true',
          'aria-label': plainLatex(props.latex),
        },
        [drawn(tree.value)],
      )
  },
})

function drawn({ tag, text, attributes, children, symbol }: MathNode): VNode {
  const given = { ...attributes, ...(symbol !== undefined && { 'data-symbol': symbol, tabindex: '-1' }) }
  return h(tag, given, text ?? (children ?? []).map(drawn))
}
