"""The words of a code table as a file: its headings, its states, and how the empty form shows what goes where."""

CODE, NAME, PARENT, STATE, SUCCESSOR = HEADINGS = ("代码", "名称", "上级代码", "状态", "接替代码")
NEEDED = (CODE, NAME)

IN_USE, RETIRED = "在用", "停用"
USED_WORDS = frozenset({"", IN_USE, "启用", "有效", "正常"})
RETIRED_WORDS = frozenset({RETIRED, "撤销", "已撤销", "已停用", "废止", "无效"})

EXAMPLE = "（示例，请改为实际内容）"
