/** The page's own style; nothing is loaded from elsewhere. */
export const pageStyle = `
:root{--ink:#1d2430;--soft:#5a6473;--line:#d9dee6;--paper:#fff;--tint:#f5f7fa;--accent:#0b5c8f;--warn:#8a4b00;--warn-tint:#fff6e5}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--tint);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
main{max-width:860px;margin:0 auto;padding:0 48px 56px;background:var(--paper);min-height:100vh;box-shadow:0 0 0 1px var(--line)}
header{padding:40px 0 8px}
h1{font-size:30px;line-height:1.2;margin:0 0 4px;letter-spacing:-.01em}
h2{font-size:21px;margin:52px 0 12px;padding-top:14px;border-top:2px solid var(--ink)}
h3{font-size:16px;margin:32px 0 8px}
p{margin:0 0 12px}
.subtitle{color:var(--soft);margin:0}
.banner{margin:20px 0 0;padding:12px 16px;background:var(--warn-tint);border-left:5px solid #d97b00;color:#4d2a00}
.banner b{display:block}
.headline{display:grid;grid-template-columns:repeat(auto-fit,minmax(170px,1fr));gap:8px;margin:24px 0 0}
.headline div{border:1px solid var(--line);padding:12px 14px}
.headline b{display:block;font-size:24px;line-height:1.25}
.headline .small{font-size:15px;padding:6px 0 3px}
.headline span{color:var(--soft);font-size:13px}
nav{margin:20px 0 0;font-size:14px}
nav a{margin-right:18px;white-space:nowrap}
a{color:var(--accent)}
table{border-collapse:collapse;width:100%;margin:16px 0;font-size:14px;overflow-wrap:normal}
table.narrow{max-width:440px}
caption{text-align:left;font-weight:600;padding:4px 0}
th,td{text-align:left;vertical-align:top;padding:5px 12px 5px 0;border-bottom:1px solid var(--line);font-weight:400}
thead th{font-weight:600;border-bottom:1.5px solid var(--ink);vertical-align:bottom}
th small{display:block;color:var(--soft);font-weight:400;font-size:12px}
.n{text-align:right}
.group th{padding-top:14px;font-weight:600;background:none}
.group span{font-weight:400;color:var(--soft);margin-left:10px}
.measures td{min-width:92px}
.baseline td{white-space:nowrap}
.interval{display:block;color:var(--soft);font-size:12.5px;white-space:nowrap}
.none{color:var(--warn);font-style:italic}
td.none{font-size:12.5px;line-height:1.35}
.scroll,.drawing{overflow-x:auto}
.pair{display:grid;grid-template-columns:minmax(0,4fr) minmax(0,6fr);gap:0 36px}
figure{margin:12px 0 20px}
figure svg{display:block;max-width:none;font-variant-numeric:tabular-nums}
figcaption{color:var(--soft);font-size:14px;margin-top:6px}
.panels{display:flex;flex-wrap:wrap;gap:12px 24px}
.panels.three{gap:12px}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:2px 20px;margin:0 0 8px;padding:0;font-size:13px}
.flow{list-style:none;margin:0 0 20px;padding:0}
.flow>li{display:grid;grid-template-columns:minmax(0,5fr) minmax(0,6fr);gap:0 24px;padding-bottom:26px;position:relative}
.flow>li:not(:last-child)::after{content:"";position:absolute;left:24px;bottom:3px;border:6px solid transparent;border-top:9px solid var(--soft);border-bottom:0}
.flow .count{border:1px solid var(--line);background:var(--tint);border-radius:6px;padding:10px 16px;align-self:start}
.flow .count strong{font-size:22px;margin-right:6px}
.flow ul{margin:0;padding:8px 0 0 16px;font-size:14px;color:var(--soft)}
dl{display:grid;grid-template-columns:150px minmax(0,1fr);gap:6px 20px;margin:0;font-size:14.5px}
dt{color:var(--soft)}
dd{margin:0}
code{font:12.5px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;word-break:break-all}
.files{margin:0;padding:0;list-style:none}
.note{color:var(--soft);font-size:14px}
.subject{margin-top:36px}
.subject:not(:last-child),.network:not(:last-child){padding-bottom:24px;border-bottom:1px solid var(--line)}
.facts{display:grid;grid-template-columns:5fr 2fr 5fr 4fr 4fr;gap:8px;margin:0 0 14px}
.facts div{border:1px solid var(--line);background:var(--tint);padding:8px 10px}
.facts dt{font-size:12.5px}
.facts dd{font-weight:600;line-height:1.35}
.flags{color:var(--warn);font-size:13.5px;margin:0 0 12px;padding-left:18px}
.drawings{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:16px 24px;align-items:center}
.drawings img{margin:0 auto}
details{border-bottom:1px solid var(--line);padding:8px 0;font-size:14.5px}
summary{cursor:pointer}
summary small{color:var(--soft)}
details ul{padding-left:18px}
section>ul>li{margin-bottom:6px}
img{max-width:100%;height:auto;display:block}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
@media (max-width:640px){
body{font-size:15px}
main{padding:0 16px 40px}
header{padding-top:24px}
h1{font-size:25px}
.pair,.flow>li,dl,.drawings{grid-template-columns:minmax(0,1fr)}
.facts{grid-template-columns:repeat(2,minmax(0,1fr))}
dt{margin-top:8px}
}
@media print{
@page{size:A4;margin:16mm 14mm}
body{background:none;font-size:10.5pt}
main{max-width:none;padding:0;box-shadow:none}
header{padding-top:0}
nav{display:none}
h2{margin-top:26px;break-after:avoid}
h3{break-after:avoid}
figure,tr,.flow>li,.drawings img{break-inside:avoid}
.scroll,.drawing{overflow:visible}
figure svg{max-width:100%;height:auto}
.panels{flex-wrap:nowrap}.panels svg{flex:1 1 0;min-width:0}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}`;
