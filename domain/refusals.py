"""Reasons to say no. Each has a code for programs and a sentence for the person; the doors dress them."""

SAY = {
    # general
    "not_found": "没有找到您要的内容，请返回上一页再试。",
    "not_allowed": "您没有进行这项操作的权限。",
    "staff_only": "本页供各级就业工作人员和毕业班辅导员使用，您的账号还没有开通。请联系本校就业中心或院系。",
    "counselors_only": "本页供毕业班辅导员使用，您的账号还没有开通辅导员身份。请联系本校就业中心或院系。",
    "not_a_counselor": "本页供辅导员本人使用，您的工作账号不是辅导员账号。请回到“辅导员工作平台”。",
    "illegal_move": "当前状态下不能进行这项操作，请刷新页面查看最新状态。",
    "stale": "这条记录刚刚被更新过，请刷新页面后再试。",
    "form": "有内容需要修改，请按提示更正后再提交。",
    "required": "请填写此项。",
    "too_long": "内容过长，请精简后再提交。",
    "post_too_short": "岗位描述太短，请写清工作内容和要求（至少 50 个字节，约 17 个汉字）。",
    "post_not_editable": "这个岗位正在审核或已经发布，不能直接修改。请先撤回或选择“修改”。",
    "post_twice": "本单位已有同名、同地点的岗位在发布或审核中，请修改那一个，或先将它关闭。",
    "post_over": "岗位的截止日期已过，请改为今天或以后的日期。",
    "employer_not_approved": "单位注册信息还没有通过审核，通过后才能发布岗位和查看简历。",
    "recruiter_first": "请先登记用人单位，审核通过后使用。",
    "employer_other_account": "这个账号已用于毕业生或就业工作人员身份，请退出后用另一个手机号注册用人单位账号。",
    "employer_taken": "这个统一社会信用代码已有人登记，不能重复注册。",
    "employer_name_differs": "平台已有使用这个统一社会信用代码的单位，名称与您填写的不同，请按营业执照核对。",
    "employer_not_editable": "单位信息已提交审核或审核通过，现在不能修改。",
    "bad_credit_code": "统一社会信用代码有误，请按营业执照核对 18 位代码。",
    "bad_employer_name": "请填写营业执照上的单位全称。",
    "bad_website": "网址请以 http:// 或 https:// 开头。",
    "bad_contact_phone": "请填写手机号，或带区号的固定电话，如 0551-65000000。",
    "county_of_employer": "请查找并选择单位所在的区、县。",
    "licence_needed": "请先上传营业执照，再提交审核。",
    "licence_kind": "请上传营业执照的照片（JPG、PNG）或 PDF。",
    "licence_too_big": "文件超过 8 MB，请压缩或重新拍照后再上传。",
    "licence_unsafe": "文件无法读取，或带有密码、脚本等内容。请重新拍照或另存后再上传。",
    "review_reason_needed": "请填写原因，对方会看到。",
    "employer_stopped": "单位已停用或未通过审核，不能发布它的岗位。请先恢复单位。",
    "post_not_open": "这个岗位已停止招聘，不能投递。可以看看其他岗位。",
    "applied_enough": "您今天已投递 {most} 个岗位，达到每日上限，明天 0 点起可以继续投递。",
    "interview_open": "已有一份面试通知等待对方答复。如需改时间，请先取消那一份。",
    "interview_time": "面试时间要晚于现在，且在半年以内。",
    "interview_link": "线上面试请填写以 https:// 开头的会议链接。",
    "interview_answer_by": "答复期限要晚于现在，且不晚于面试时间。",
    "interview_late": "已过答复期限，请直接与单位联系。",
    "degree_asked_lately": "对方近期没有同意学历查询，30 天内不能再次申请。",
    "degree_no_consent": "本人没有同意查询，或同意已到期、已撤回，不能查看。",
    "fair_over": "专场已过结束日期，不能再修改或发布。",
    "fair_empty": "专场还没有岗位，请先加入岗位再发布。",
    "fair_full": "一个专场最多 500 个岗位。",
    "bad_range": "下限不能高于上限，请核对。",
    "bad_pay_range": "请填写月薪的下限和上限（元），上限不低于下限；面议请都填 0。",
    "bad_headcount": "请填写 1 至 10000 之间的人数。",
    "bad_last_day": "请填写今天起一年以内的日期。",
    "bad_email": "邮箱格式不正确，请核对。",
    "bad_choice": "请从列表中选择。",
    "bad_pay": "请填写不超过 200000 的整数，或选择面议。",
    "too_many_tries": "尝试次数过多，请 {minutes} 分钟后再试。",
    "busy": "服务暂时繁忙，请稍后再试。",
    # personal data
    "bad_phone": "请填写 11 位手机号码。",
    "bad_identity_number": "证件号码有误，请核对 18 位号码后重新填写。",
    "bad_name": "请填写与证件一致的真实姓名。",
    "bad_student_number": "学号由 4 至 32 位数字或字母组成，请核对。",
    # log-in
    "log_in_first": "请先登录。",
    "login_failed": "手机号或密码不正确，请核对后重试。忘记密码可以用短信验证码重设。",
    "login_busy": "当前登录人数较多，请稍等几秒再试。",
    "weak_password": "密码需为 8 至 64 位，并同时包含字母和数字。",
    "same_password": "新密码不能与原密码相同。",
    "phone_registered": "该手机号已注册账号，请直接登录；忘记密码可以重设。",
    "directory_refused": "学信账号登录没有成功，请返回重新登录。",
    "directory_away": "学信账号服务暂时没有响应，请稍后再试。",
    "account_closed": "您的账号已停用，请联系学校就业部门或上级管理员。",
    "external_account": "您的账号由学信网管理，请到学信网修改密码。",
    "second_factor_first": "请先输入动态验证码，再继续操作。",
    "second_factor_wrong": "动态验证码不正确，请输入验证器当前显示的 6 位数字，并核对手机时间。",
    "second_factor_used": "这个动态验证码已经用过，请等验证器显示下一个再输入。",
    "second_factor_on": "该账号已设置动态验证码，请直接输入验证器显示的 6 位数字。",
    "recovery_code_wrong": "恢复码不正确或已用过，请核对后输入另一个，字母不分大小写。",
    "second_factor_off": "该账号还没有设置动态验证码，无需重置。",
    "day_out_of_range": "日期请在 2000 年至 2100 年之间选择。",
    "days_reversed": "起始日期不能晚于截止日期，请重新选择。",
    # one-time codes
    "code_wrong": "验证码不正确或已失效，请核对最新一条短信，或重新获取。",
    "code_too_soon": "验证码已发送，请 {seconds} 秒后再获取。",
    "code_too_many": "今天获取验证码的次数过多，请稍后再试。",
    # WeChat binding
    "open_in_wechat": "请在微信中打开本页：关注公众号 24365智慧就业（ncssfwh），从底部菜单进入。",
    "oauth_refused": "微信授权没有成功，请从公众号菜单重新进入。",
    "snapshot_user": "当前是微信快照页，无法确认您的身份，请点右下角“使用完整服务”后再试。",
    "openid_taken": "当前微信已绑定其他账号，请先在“我的账号”中解绑，或换一个微信再试。",
    "unbind_in_wechat": "您的账号没有手机号，不能用短信验证。请在已绑定的微信中打开本页解除绑定。",
    "bound_elsewhere": "您的账号已绑定另一个微信，如需更换，请验证密码和短信验证码。",
    # who the graduate is
    "no_match": "信息不匹配或没有注册：请核对姓名、学号和证件号码，仍不成功请联系学院辅导员或学校就业部门。",
    "already_claimed": "该学号已经绑定其他账号或微信号，请联系管理员老师处理。",
    "duplicate_roster": "信息重复：学校名单中有重复记录，请联系管理员老师处理。",
    "already_identified": "您的账号已经与毕业生信息关联，无需重复操作。",
    "identify_first": "请先核对毕业生信息，再继续操作。",
    # agreements
    "same_reviewer": "初审、校级审核和作废确认须由不同的人办理，上传材料的人也不能审核，请由其他老师处理。",
    "criteria_all": "请逐项核对并全部勾选；有不符合的，请退回或不予通过。",
    "faults_needed": "请至少写明一项材料的问题，对方会看到。",
    "stamp_needed": "三方协议需要学校印章图片和经办人姓名，请先在签约设置中上传。",
    "school_number_needed": "学校还没有院校标识码，不能编号，请联系上级管理员补充。",
    "void_asked": "已有人提出作废，请由另一位老师确认或撤回。",
    "void_not_asked": "还没有人提出作废，请刷新页面。",
    "release_answer": "对方已经提出解约，请打开那一份，选择同意或不同意。",
    "release_under_way": "这份协议正在办理解约，不能重复申请。",
    "release_by_letter": "线下签订的协议请上传加盖单位公章的解约函办理解约。",
    "release_too_early": "协议还没有生效，不需要解约；可以撤销签约。",
    "letter_needed": "请先上传加盖单位公章或人力资源部门公章的解约函。",
    "authorization_needed": "请先上传加盖单位公章的授权函。",
    "terms_frozen": "约定事项已提交，不能再修改。",
    "scan_needed": "请先上传签名、盖章后的扫描件；退回的请重新上传。",
    "paper_number_needed": "请填写纸质协议书上的协议书编号。",
    "bad_term_number": "请填写规定范围内的整数。",
    "bad_term_day": "请填写两年以内的日期，如 2027-07-01。",
    "bad_postcode": "请填写 6 位邮政编码。",
    "glyph_lacking": "有文字无法印到协议书上，请核对；确需使用生僻字的，请联系学校就业部门。",
    "signing_not_set": "本省还没有设置两方或三方协议，暂时不能网上签约。请联系学校就业部门。",
    "signing_not_open": "学校还没有开通网上签约，请联系学校就业部门。",
    "signing_mode_locked": "本省已有学校开通网上签约，两方或三方协议不能再更改。",
    "signing_not_ready": "开通前的准备还没有完成，请按清单逐项办理。",
    "ready_rules": "请省级先设置两方或三方协议。",
    "ready_roster": "请先上报本届毕业生基本信息（导入生源信息）。",
    "ready_backlog": "请先上报已采集的毕业去向，并在此确认。",
    "ready_stamp": "三方协议请上传学校印章图片并填写学校经办人。",
    "ready_seal": "平台还没有配置电子签章密钥，请联系系统管理员。",
    "offer_days": "应约有效期请填 3 至 15 天。",
    "stamp_kind": "请上传 JPG 或 PNG 格式的印章图片。",
    "source_first": "请先确认生源信息，再使用网上签约。",
    "ticket_over": "签约码已失效，请毕业生重新出示。",
    "ticket_busy": "打开这个签约码的人过多，请毕业生更换签约码后再试。",
    "agreement_other_live": "毕业生已有一份正在办理或生效的就业协议，不能再签另一份。",
    "agreement_changed": "单位刚刚修改过条款，请核对修改之处，再决定是否签约。",
    "term_changed": "此项已修改。",
    "offer_over": "应约有效期已过，请单位重新发起。",
    "offer_twice": "本单位向这名毕业生发出的邀约还在等待答复，不能重复发送。",
    "offers_enough": "这名毕业生等待答复的邀约已满，请稍后再试。",
    "withdraw_not_allowed": "本省规定双方签约后不能自行撤销，请联系学校就业部门。",
    "consent_needed": "请阅读并勾选同意后再提交。",
    "identity_consent_first": "请先阅读并单独同意证件和签名的使用说明，再上传证件。",
    "material_not_asked": "现在不需要提交这份材料，请刷新页面查看最新状态。",
    "material_picture": "请上传照片（JPG 或 PNG）。",
    "material_needed": "请上传这份材料。",
    "material_old": "这份材料被退回，请重新上传后再提交。",
    "phone_unproven": "请用短信验证码验证经办人手机号。",
    "sign_in_wechat": "您的账号没有手机号，请在已绑定的微信中打开本页签约，或改用线下签约。",
    "nothing_signed": "没有找到用这个手机号办理的签约，请核对号码。",
    "ink_malformed": "没有收到完整的签名，请重新签名。",
    "ink_too_big": "签名笔画过多，请重新签名。",
    "ink_empty": "请先手写签名。",
    "ink_too_simple": "签名过于简单，请写全姓名。",
    "ink_too_small": "签名太小，请写大一些。",
    "ink_straight": "签名像一条直线，请写全姓名。",
    "ink_too_quick": "签名过快，请重新书写。",
    # partners
    "partner_ip_ranges": "请每行填写一个 IP 地址或网段，如 203.0.113.0/24；不大于 /16（IPv6 为 /32），最多 20 个。",
    "partner_sites": "请每行填写一个以 https:// 开头的网站地址，不带路径，最多 20 个。",
    "partner_tenant": "分站名称由 3 至 40 位小写字母、数字和短横线组成，以字母开头。",
    "partner_tenant_taken": "这个分站名称已有单位使用，请换一个。",
    "partner_number": "请填写规定范围内的整数：每日上限不超过 1000000，本地优先不超过 60 天。",
    "partner_no_key": "密钥在开始联调时发放，现在还没有。",
    "partner_key_shown": "密钥已经显示过一次，不能再次查看。遗失请更换密钥。",
    # counselors
    "not_candidate": "所选辅导员不负责您所在的学院、届别或班级，请刷新页面重新选择。",
    "choose_counselor": "请至少勾选一位辅导员。",
    "reason_needed": "请填写解除关联的原因。",
    "scene_over": "二维码已过期，请让辅导员重新出示，或从菜单“我的辅导员”进入。",
    # accounts of staff
    "role_exists": "该人员已有这个级别的账号，无需重复创建，可在用户管理中查看。",
    "counselor_elsewhere": "该人员目前在其他单位担任辅导员，请先由原单位结束其辅导员账号，再来创建。",
    "recover_first": "该手机号对应的学信账号目前不能正常登录。请本人先按学信网提示找回账号，能登录后再创建。",
    "phone_other_name": "该手机号已有账号，但姓名不一致。请核对姓名和手机号；学信账号信息有误的，请本人先更正。",
    "wrong_unit": "请选择您所辖范围内、与账号级别相符且未停用的单位。",
    "first_password_used": "本人已经设置过密码，不能再发初始密码。忘记密码请本人用短信验证码重设。",
    "first_password_too_soon": "初始密码刚刚发送过，请 {minutes} 分钟后再发。",
    "already_bound": "该人员已经绑定微信，无需提醒。",
    "reminded_today": "今天已经提醒过该人员，请明天再试。",
    "no_phone": "该账号没有手机号，不能发送短信，请与本人联系。",
    "account_ended": "该账号已经结束，请先恢复再操作。",
    "tick_somebody": "请至少勾选一个人。",
    "name_is_theirs": "本人已经登录过，姓名和手机号以本人的学信账号为准，不能在这里修改。",
    "shared_account": "该人员在其他单位或级别也有账号，姓名和手机号不能在这里更正。",
    "same_unit": "该人员已在这个单位，请选择其他单位。",
    "role_was_there": "该人员在新单位有已结束的同级账号，不能调入。请结束现在的账号，再到新单位恢复原账号。",
    "phone_has_account": "该手机号已有账号。请结束当前账号，再用这个手机号重新创建。",
    # units
    "unit_name_taken": "同级单位中已有这个名称，请核对。",
    "unit_number_taken": "这个代码已有单位使用，请核对。",
    "bad_unit_name": "单位名称为 2 至 100 个字，请填写全称。",
    "bad_unit_number": "代码由 1 至 20 位数字或字母组成，请核对。",
    "unit_has_staff": "单位内还有在用的账号，请先结束这些账号再停用单位。",
    "unit_has_units": "该单位下还有在用的单位，请先停用下级单位。",
    "unit_has_graduates": "该单位还有当前届别的毕业生，不能停用。",
    # what counselors answer for
    "not_of_counselors": "只有辅导员账号需要设置负责范围。",
    "duty_college": "请选择本校且在您所辖范围内的院系。",
    "duty_exists": "该辅导员已有这项负责范围。",
    "duty_taken": "取消之后，这项负责范围已交给其他辅导员，不能恢复。确需共同负责的，请重新增加。",
    "same_year": "新届别与原届别相同，请重新选择。",
    # requests for accounts
    "no_level_above": "部级账号没有上级，不需要申请。",
    "request_nobody": "没有找到与申请中姓名和手机号一致的账号，请核对，或退回申请。",
    "asker_ended": "申请人的账号已经结束，这项申请不能办理，请退回；仍有需要的，请由该单位在用的账号重新申请。",
    "decline_reason_needed": "请填写退回的原因。",
    # 生源信息: single values, and values that must agree; {hint} is filled by ``said``
    "bad_year": "年度请写四位年份，如 2027。",
    "bad_date": "日期请写到日，如 2027-06-30。",
    "code_unknown": "代码表中没有这个代码，请按代码表填写；代码中的 0 不能省略，如 01 不能写成 1。",
    "code_retired": "该代码已停用，请改用 {hint}。",
    "region_unknown": "行政区划代码表中没有这个代码，请填写六位代码并核对是否已变更。",
    "county_needed": "生源所在地要填报到区、县一级，请改填区县代码。",
    "birth_date_odd": "证件号码中的出生日期与毕业年度不符，请核对证件号码。",
    "gender_disagrees": "性别与证件号码不一致，请核对。",
    "bad_candidate_number": "考生号由 6 至 20 位数字或字母组成，请与学籍核对。",
    "bad_school_years": "修业年限请填年数，如 4 或 2.5。",
    "bad_major_code": "专业代码由 4 至 8 位数字和后缀字母组成，请与学籍核对。",
    "major_code_needed": "请填写专业代码：同一专业名称可能有多个代码，只有名称无法确定专业。",
    "major_unknown": "该学历的专业代码表中没有这个代码，请与学籍核对。",
    "major_disagrees": "专业名称与专业代码不一致，这个代码对应的是“{hint}”，请与学籍核对。",
    "dates_reversed": "毕业日期要晚于入学日期，请核对。",
    "commissioned_needed": "培养方式不是非定向时，请填写定向或委培单位。",
    "commissioned_not_meant": "培养方式是非定向时，定向或委培单位应为空。",
    "no_such_college": "本校没有这个院系，或该院系已停用，请从列表中选择。",
    # 生源信息: who may change what
    "field_locked": "此项必须与学籍保持一致，只能由学校重新导入。",
    "field_not_yours": "此项未对您开放修改，请联系学校就业部门。",
    "roster_locked": "您的生源信息已由老师确认并锁定，如需更正请联系学院或学校就业部门。",
    "school_only": "字段权限由校级工作人员设置。",
    "choose_school": "请先选择学校，再查看毕业生名单。",
    # code tables
    "codes_headings": "没有找到表头：第一行要有“代码”和“名称”两列，可另有“上级代码”“状态”“接替代码”，请下载模板对照。",
    "codes_empty": "表头下面没有内容，请核对文件后再上传。",
    "codes_too_many": "代码表最多 10000 行，请核对是否选错了文件。",
    "codes_too_big": "文件超过 2 MB。一张代码表通常不到 500 KB，请核对是否选错了文件，或删除多余的工作表、图片和格式。",
    "codes_year": "届别请填四位年份，如 2027；填 0 表示适用于所有届别。",
    "codes_file": "请选择要导入的文件（xlsx 或 csv）。",
    "codes_form": "代码的形式不符合本表的规定，请核对位数；开头的 0 不能省略。",
    "codes_twice": "代码重复，与第 {hint} 行相同。",
    "codes_state": "状态请填“在用”或“停用”，不填为在用。",
    "codes_no_parent": "表中没有这个上级代码。",
    "codes_round": "上级代码互相指向，形成了循环。",
    "codes_no_successor": "表中没有这个接替代码。",
    "codes_successor_retired": "接替代码本身已停用，请填现在在用的代码。",
    "codes_successor_of_used": "在用的代码不需要接替代码；如已停用，请把状态改为“停用”。",
    "codes_in_force": "这个版本正在生效或曾经生效，不能删除，可以撤回。",
    # tasks
    "task_filter_not_yours": "筛选条件超出了您的派发范围，请刷新页面后重新选择。",
    "task_title": "任务标题请写 2 至 60 个字，不能只有表情。",
    "task_link": "链接请以 https:// 开头，最长 300 个字符。",
    "task_moment": "时间的格式不对，请重新选择日期和时间。",
    "task_due_past": "完成期限要晚于派发时间，且在一年以内。",
    "task_send_at": "定时派发的时间要晚于现在，且在半年以内。",
    "task_course_times": "直播课请填写开始时间和结束时间。",
    "task_starts_past": "直播课的开始时间要晚于派发时间，且在一年以内。",
    "task_ends_early": "直播课的结束时间要晚于开始时间，时长不超过 12 小时。",
    "task_minutes": "签到时间请填 0 至 180 分钟，开课前后至少留出一段。",
    "task_unit_outside": "选中的单位已停用或不在您的管理范围内，请重新选择。",
    "task_too_many_units": "一次最多选择 500 个单位，请分批派发，或不选单位、派发给全部。",
    "task_changed": "这个任务刚被其他人修改过，请刷新页面，核对后重新保存。",
    "task_no_draft": "任务已派发或已安排定时派发，不能再修改。可先撤回，或复制为新任务。",
    "task_not_counted": "请先统计人数，看到会收到任务的人数后再派发。",
    "task_recounted": "人数刚重新统计过，请核对新的人数后再派发。",
    "task_nobody": "没有符合条件的辅导员，请放宽派发范围后再派发。",
    "task_file_kind": "附件请上传 PDF、图片（JPG、PNG）或不含宏的 Office 文件（docx、xlsx、pptx）。",
    "task_file_too_big": "单个附件不能超过 20 MB。",
    "task_too_many_files": "一个任务最多 9 个附件。",
    "task_not_out": "任务还没有派发完毕或已撤回，不能发送提醒。",
    "task_all_done": "您管理范围内的辅导员都已完成，不需要提醒。",
    "task_reminded": "刚提醒过，请在 {minutes} 分钟后再次提醒。",
    "task_withdrawn": "派发单位已撤回这个任务，不需要再处理。",
    "task_view_first": "请先打开任务查看详情，再进行操作。",
    "task_no_check_in": "这个任务不需要签到。",
    "check_in_not_open": "还没到签到时间，请在签到开始后再来。",
    "check_in_closed": "签到时间已过，不能补签。",
    # messages
    "message_no_way": "这条消息现在不能重新发送，请刷新页面，按“下一步”的说明处理。",
    "message_unreadable": "这条消息的内容已无法读取，不能重新发送，请直接联系对方。",
    # 简历
    "bad_month": "请填写年份和月份，如 2026-07。",
    "months_reversed": "结束时间不能早于开始时间，请核对。",
    "resume_glyphs": "“{hint}”不能印在简历上，请删去或换一种写法。",
    "resume_changed": "这一部分刚在别处修改过，没有覆盖。您填写的内容还在下面，请与现在的内容对照后再保存。",
    "resume_full": "每一部分最多 20 条，请先删除不需要的再添加。",
    "photo_kind": "请上传 JPG 或 PNG 格式、能正常打开的照片。",
    "photo_too_big": "照片不能超过 8 MB，请压缩后再上传。",
    "photo_pixels": "照片超过 4000 万像素，请缩小后再上传。",
    "photo_small": "照片太小，宽和高都要在 200 像素以上。",
    "pdf_away": "暂时不能生成 PDF，请稍后再试；仍不成功请联系管理员。",
    # spreadsheets
    "sheet_wrong_kind": "请上传 xlsx、xls 或 csv 格式的文件，其他格式请先在表格软件中另存。",
    "sheet_locked": "文件设置了打开密码，请取消密码后再上传。",
    "sheet_empty": "文件中没有数据，请在模板中填写后再上传。",
    "sheet_broken": "文件已损坏，无法读取。请用表格软件重新打开并另存为 xlsx 后再上传。",
    "sheet_too_big": "文件展开后过大，无法读取。请删除多余的工作表、图片和格式，或拆分后再上传。",
    "sheet_too_many_rows": "行数过多，一个文件最多 30 万行，请拆分后再上传。",
    "sheet_too_many_columns": "列数过多，请按模板保留需要的列。",
    "sheet_merged": "表中有合并单元格，请取消合并、每格单独填写后再上传。",
    "sheet_which": "文件中有多个工作表，请把数据放在名为“数据”的工作表中，或删除其他工作表。",
    "sheet_headings": "首行表头与模板不一致，请下载模板，按模板的表头整理后再上传。",
    "heading_missing": "缺少这一列，请按模板补上表头。",
    "heading_unknown": "模板中没有这一列，请删除或改为模板中的表头。",
    "heading_twice": "这一列出现了两次，请只保留一列。",
    "cell_formula": "单元格中是公式，请复制后“选择性粘贴为数值”。",
    "cell_lost_digits": "长数字已丢失后几位，请把该列设为文本格式后重新填写。",
    "cell_error": "单元格是计算错误，请改为实际内容。",
    # what is sent in and fetched
    "file_needed": "请选择要上传的文件。",
    "file_too_big": "文件超过 60 MB，请拆分后再上传。",
    "import_has_bad_rows": "文件中有错误行，没有导入任何数据。请下载错误报告，更正后重新上传。",
    "import_file_gone": "文件已过保存期限，不能再导入，请重新上传。",
    "import_codes_moved": "检查之后代码表有更新，检查结果已不准确，请重新上传文件检查。",
    "import_interrupted": "处理中出现意外，没有完成。已导入的行不会重复，请重新上传；仍不成功请联系管理员。",
    "import_where": "请选择这份名单所属的学校，须在您的管理范围内且未停用。",
    "unknown_college": "本校没有这个院系，请核对名称，或先创建院系。",
    "outside_scope": "这一行不在您的管理范围内，请由有权限的老师导入。",
    "not_on_roster": "您的管理范围内没有这名毕业生，请核对年度、姓名和证件号码，或先导入生源信息。",
    "identity_twice": "此证件号码在文件前面的行中已用于另一学号，请核对证件号码和学号后只保留一行。",
    "identity_stored": "此证件号码已属于本校同届另一学号的毕业生，请核对证件号码和学号。",
    "twice_in_file": "与前面的行重复，同一人或同一单位在文件中只能出现一次。",
}


def hinted(code: str, hint: str) -> str:
    """A reason that names something, as in ``code_retired:340104``; 40 characters at most."""
    return f"{code}:{hint}"[:40]


def said(reason: str) -> str:
    """The sentence of a reason: a code alone, or one made by ``hinted``."""
    code, _, hint = reason.partition(":")
    return SAY[code].replace("{hint}", hint)


class Refusal(Exception):
    """A request that is understood and refused; nothing was changed.

    ``code`` is a short English word for programs and logs, ``say`` a Chinese sentence that tells the person
    what to do next, ``fields`` the sentences of single form fields, ``status`` the HTTP status a door may use.
    ``values`` fill the sentence's places.
    """

    status = 400

    def __init__(self, code: str, *, fields: dict[str, str] | None = None, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.say = SAY[code].format(**values)
        self.fields = {name: said(word) for name, word in (fields or {}).items()}


class NotFound(Refusal):
    """The record does not exist, or not for this person: the two look alike on purpose."""

    status = 404

    def __init__(self, code: str = "not_found") -> None:
        super().__init__(code)


class NotAllowed(Refusal):
    """The person may not do this."""

    status = 403

    def __init__(self, code: str = "not_allowed") -> None:
        super().__init__(code)


class Conflict(Refusal):
    """The record is no longer as the person saw it, or somebody else was first."""

    status = 409


class IllegalMove(Conflict):
    """The machine has no such arrow from the present status."""

    def __init__(self, machine: str, status: str, verb: str) -> None:
        super().__init__("illegal_move")
        self.args = (f"{machine}: no {verb} from {status}",)


class Stale(Conflict):
    """Somebody else moved the record between our reading and our writing."""

    def __init__(self) -> None:
        super().__init__("stale")


class Invalid(Refusal):
    """Input that cannot be used; ``Invalid.field`` is the short form for one field."""

    status = 422

    @classmethod
    def field(cls, name: str, code: str) -> "Invalid":
        """One wrong field whose sentence is also the sentence of the whole."""
        return cls(code, fields={name: code})


class TooMany(Refusal):
    """Too often; ``retry_after`` seconds from now it may be tried again."""

    status = 429

    def __init__(self, code: str, retry_after: int, most: int = 0) -> None:
        super().__init__(code, seconds=retry_after, minutes=-(-retry_after // 60), most=most)
        self.retry_after = retry_after


class Unavailable(Refusal):
    """Something outside did not answer; nothing was changed and trying again later is right."""

    status = 503
