/// The style sheet of the page: one type scale (12, 14, 16, 20, 28 px), one palette (Okabe and Ito), light and dark, screen
/// and paper.
enum PageStyle {
  static let css = """
    :root{--paper:#fff;--card:#f6f7f8;--ink:#1b1f24;--muted:#5c6670;--rule:#dde1e5;--blue:#0072b2;--orange:#b87a00;\
    --green:#00805d;--vermillion:#c24e00;--sky:#2f8fc4;--purple:#a9527f;color-scheme:light dark}
    @media (prefers-color-scheme:dark){:root{--paper:#14171a;--card:#1d2125;--ink:#e6e9ec;--muted:#9aa4ae;--rule:#333a41;\
    --blue:#4aa8e0;--orange:#e69f00;--green:#2fbf93;--vermillion:#f2853f;--sky:#7cc7f0;--purple:#dd96bd}}
    @media print{:root{--paper:#fff;--card:#fff;--ink:#000;--muted:#444;--rule:#bbb;--blue:#0072b2;--orange:#a66e00;\
    --green:#00805d;--vermillion:#c24e00;--sky:#2f8fc4;--purple:#a9527f}}
    *{box-sizing:border-box}
    html{-webkit-text-size-adjust:100%}
    body{margin:0;background:var(--paper);color:var(--ink);font:14px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,\
    "Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums}
    main,header{max-width:1080px;margin:0 auto;padding:0 24px}
    header{padding-top:24px}
    h1{font-size:28px;line-height:1.2;margin:0 0 4px;font-weight:650;overflow-wrap:anywhere}
    h2{font-size:20px;line-height:1.3;margin:40px 0 4px;font-weight:650;border-top:1px solid var(--rule);padding-top:16px;\
    overflow-wrap:anywhere}
    h3{font-size:16px;line-height:1.35;margin:24px 0 8px;font-weight:600}
    p{margin:0 0 8px;max-width:76ch}
    a{color:var(--blue)}
    .lead,figcaption,.path,.note{color:var(--muted)}
    .path{font-size:12px;overflow-wrap:anywhere}
    ol.findings{list-style:none;margin:16px 0 0;padding:0;border:1px solid var(--rule);border-radius:8px;overflow:hidden}
    ol.findings li{display:grid;grid-template-columns:84px 1fr 190px;gap:4px 16px;align-items:center;padding:8px 16px;\
    border-left:5px solid var(--c)}
    ol.findings li+li{border-top:1px solid var(--rule)}
    ol.findings .severity{font-weight:650;color:var(--c)}
    ol.findings p{margin:0}
    ol.findings .more{grid-column:2;font-size:12px;color:var(--muted)}
    ol.findings .mini{grid-column:3;grid-row:1/3}
    ol.findings .mini svg{display:block;width:190px;height:46px}
    li.error{--c:var(--vermillion)} li.warning{--c:var(--orange)} li.note{--c:var(--blue)} li.fine{--c:var(--green)}
    .scroll{overflow-x:auto;margin:8px 0 16px} .overview td{white-space:nowrap}
    table{border-collapse:collapse;min-width:min(100%,420px)}
    th,td{padding:4px 16px 4px 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--rule)}
    th{font-size:12px;font-weight:600;color:var(--muted);white-space:nowrap}
    .facts{max-width:none;color:var(--muted)} .facts span{display:inline-block;margin-right:24px}
    .facts b{color:var(--ink);font-weight:600}
    .n{text-align:right;white-space:nowrap} th.n{white-space:normal}
    tr.sum td{font-weight:650}
    .figures{display:flex;flex-wrap:wrap;gap:16px 24px;align-items:flex-start;margin:8px 0}
    figure{margin:0;max-width:100%;break-inside:avoid}
    figcaption{font-size:12px;line-height:1.4;margin-top:4px;max-width:62ch}
    svg.chart{display:block;width:min(620px,100%);height:auto}
    .pair svg.chart{width:100%}
    svg.image{display:block;max-width:100%;height:auto;border-radius:3px;background:#000}
    .wall{display:flex;flex-wrap:wrap;gap:8px}
    .wall figure{width:140px}
    .wall svg.image{max-width:none}
    .pair figure{flex:1 1 420px;max-width:500px}
    .wall figcaption{max-width:none}
    svg text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;fill:var(--ink);\
    font-variant-numeric:tabular-nums}
    svg .tick,svg .title{fill:var(--muted)}
    svg .grid{stroke:var(--rule)} svg .axis{stroke:var(--muted)}
    svg .seam{stroke:#fff;stroke-opacity:.85;stroke-dasharray:5 4}
    svg .scale rect,svg .scale text{fill:#fff} svg .scale .plate{fill:#000;fill-opacity:.55}
    .key{font-size:12px;color:var(--muted);margin:4px 0 0}
    .key span{margin-right:16px;white-space:nowrap;display:inline-block}
    .key i{display:inline-block;width:12px;height:12px;border-radius:2px;margin-right:6px;vertical-align:-2px}
    details{margin:8px 0} summary{cursor:pointer;color:var(--blue)}
    details td{font-size:12px;padding-top:1px;padding-bottom:1px}
    footer{max-width:1080px;margin:40px auto 24px;padding:8px 24px;font-size:12px;color:var(--muted)}
    @media (max-width:640px){main,header,footer{padding-left:16px;padding-right:16px}\
    ol.findings li{grid-template-columns:1fr;padding:8px 12px} ol.findings .more,ol.findings .mini{grid-column:1;grid-row:auto}\
    ol.findings .mini svg{width:100%;max-width:300px}}
    @media print{@page{size:A4;margin:14mm} body{font-size:12px} main,header,footer{padding:0;max-width:none} h2,h3,p:has(+.figures),p:has(+.wall){break-after:avoid} \
    .figures:not(.pair):has(svg.image){zoom:.68} .figures:not(.pair):has(svg.image) figcaption{font-size:16px} \
    .wall figure{width:100px} .wall svg.image{max-width:100%} .wall{break-inside:avoid} \
    details::details-content{content-visibility:visible;display:block} summary{color:inherit;list-style:none} \
    .scroll{overflow:visible} .overview td{white-space:normal} th,td{padding-right:8px;font-size:10px}\
    tr,li{break-inside:avoid} a{color:inherit;text-decoration:none} svg.image{print-color-adjust:exact;\
    -webkit-print-color-adjust:exact} .key i{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
    """
}
