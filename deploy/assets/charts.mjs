// What the dashboard's charts need of Apache ECharts, and nothing else; bundled by ./build.
import { BarChart } from "echarts/charts";
import { AriaComponent, GridComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { LabelLayout } from "echarts/features";
import { SVGRenderer } from "echarts/renderers";

use([AriaComponent, BarChart, GridComponent, LabelLayout, SVGRenderer, TooltipComponent]);

export { init };
