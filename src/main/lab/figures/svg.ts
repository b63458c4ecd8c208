/**
 * A figure as SVG, drawn by ECharts without a browser.
 */
import { BarChart, CustomChart, LineChart } from 'echarts/charts'
import { GraphicComponent, GridComponent, LegendComponent } from 'echarts/components'
import { init, setPlatformAPI, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { printLook } from '#shared/figures/chart-look'
import { chartOption } from '#shared/figures/chart-option'
import type { Figure } from '#shared/figures/figure-data'
import type { FigureStyle } from '#shared/figures/style'
import { textWidth } from '#shared/figures/text-width'
import { portableSvg } from './portable-svg'

use([LineChart, BarChart, CustomChart, GridComponent, GraphicComponent, LegendComponent, SVGRenderer])

// Node has nothing to measure a text with: ECharts gets the widths that the layout was made with.
setPlatformAPI({
  measureText: (text: string, font?: string) => {
    const size = Number(/([\d.]+)px/.exec(font ?? '')?.[1] ?? 12)
    return { width: textWidth(text, size, /\b600\b/.test(font ?? '') ? 600 : 400) }
  },
})

export interface SvgSize {
  widthCm: number
  heightCm: number
  style?: FigureStyle
}

/** Equal figures give equal text. Sizes are real centimetres; texts stay texts. */
export function figureSvg(figure: Figure, { widthCm, heightCm, style }: SvgSize): string {
  const look = printLook(widthCm, heightCm, style)
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: look.width, height: look.height })
  try {
    chart.setOption(chartOption(figure, look))
    return portableSvg(chart.renderToSVGString(), {
      widthCm,
      heightCm,
      title: figure.title ?? figure.description.replace(/\.$/, ''),
      description: [figure.description, ...figure.footnotes].join(' '),
      fontFamily: look.fontFamily,
    })
  } finally {
    chart.dispose()
  }
}
