/** Types only: lets TSX use `<mindset-agent>`, and the global `mindset`. Import it once: `import type {} from ...`. */
import type { DetailedHTMLProps, HTMLAttributes } from "react";
import type { MindsetAgentAttributes } from "./mindset.ts";

type AgentProps = DetailedHTMLProps<HTMLAttributes<HTMLElement>, HTMLElement> & MindsetAgentAttributes;

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "mindset-agent": AgentProps;
    }
  }
}
