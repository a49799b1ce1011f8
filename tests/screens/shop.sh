# A small shop with names long and short, made in the directory $1; its days are fixed.
set -eu
cd "$1"
export PHARMACY_STORE=store PHARMACY_KEY_FILE=wangli.key LC_ALL=C.UTF-8
store init --login wangli --name 王丽 --new-key wangli.key
cat >members.csv <<'END'
name,phone,card,sex,birth,address,points,joined
张伟,13800138000,6001,男,1980-02-03,解放路 12 号,120,2026-01-05
张薇,13900138000,6002,女,1992-11-30,,0,2026-03-08
欧阳震华,010-62551234,6003,男,1955-07-01,中山北路 1288 弄 6 号楼 2503 室（近地铁三号线曹杨路站二号口）,3500,2025-12-31
Anne-Sophie Lefèvre-Beauchamp,+33 1 42 68 53 00,6004,女,1988-06-15,12 rue de la Paix,15,2026-09-30
李娜,,6005,,2019-05-04,,0,2026-10-02
END
cat >products.csv <<'END'
code,name,price,unit,form,strength,maker
6901234567890,苯磺酸氨氯地平片,28.00,盒,片剂,5mg×28片,
6902222222222,复方丹参滴丸（薄膜衣滴丸）,32.50,瓶,滴丸剂,27mg×180丸,
H0031,黄芪,0.35,g,,,
END
cat >purchases.csv <<'END'
at,receipt,card,product,quantity,amount,payment,batch
2026-09-12 09:30,1,6001,6901234567890,2,56.00,cash,B2291
2026-10-03 10:05,2,6001,6901234567890,1,28.00,wechat,B2304
2026-10-03 10:05,2,6001,H0031,12.5,4.38,wechat,
2026-10-03 16:41,3,,6902222222222,1,32.50,alipay,C118
2026-10-15 08:12,4,6003,6902222222222,40,1300.00,insurance_personal,C118
2026-10-20 19:55,5,6001,6901234567890,-1,-28.00,wechat,B2304
END
printf '[points]\nper_yuan = "2"\nno_earning = ["insurance_pooled"]\n[approvals]\nby = "two"\n' >double.toml
store policy set double.toml --effective 2026-12-01 --yes
printf '%s' '{"holidays":{"2026-10-01":"National Day,国庆节,3","2026-10-02":"National Day,国庆节,3"},' \
  '"workdays":{"2026-10-10":"National Day,国庆节,3"},"inLieuDays":{"2026-10-02":"National Day,国庆节,3"}}' |
  store calendar import - --yes
store calendar close 2026-12-30..2026-12-31 --reason 年终盘点
member import members.csv --yes --source shop
visit product import products.csv --yes --source shop
visit import purchases.csv --yes --source shop --earn
member edit 6002 --class key --reason 每月购药额高 --call-as 张女士 --contact-by wechat --region 310101 \
  --address '淮海路 3 号' --relation special_contact
member risk set 6002 --kind late_payment --condition cash_only --condition manager_sign_off \
  --reason 欠款三个月 --review 2026-12-31
member keeper set 6002 wangli
member pref add 6002 --about brand --value 同仁堂
member consent give 6001 --purpose profiling
member household join 6001 --with 6002 --yes
visit request add 6003 6901234567890 --qty 2
visit request add 6002 6901234567890 --note 下午来取
visit request hold 6901234567890 --qty 2
visit buy 6001 6902222222222 H0031=10 --deliver-by '2026-12-24 18:00'
visit delivery track 6 SF1234567890123 --line 1
visit product add 6903333333333 氨酚伪麻那敏片 --price 15 --unit 盒 --class otc_a --special ephedrine
visit request add 6001 6902222222222 --qty 2
visit advice set 6901234567890 --dose 每次1片，一日1次 --times 早餐后，每天同一时间 --avoid 勿与西柚汁同服
visit counsel add --receipt 2
visit counsel add - --kind wellness --note 流感季节勤洗手、多通风
complain add --member 6002 --channel wechat --category delivery 上周订的药说好周五送到，周日才收到，电话也没人接
complain add --by 何小姐 --contact 13700137001 --quality --product 6901234567890 --batch B2304 --on '2026-10-28 17:30' 药片受潮变色
complain add --kind suggestion --from staff --category environment 建议在店门口加一条无障碍坡道
complain ack C2026-2 --note 已请顾客保留实物
complain assign C2026-2 --department 质管部 --to wangli
complain investigate C2026-2 --by records 同批号库存外观正常，已封存待检
visit buy 6003 6902222222222 --pay account --on "2026-09-20 10:00" --reason 补录
visit buy 6003 H0031=80 --pay account
visit account pay 6003 20.00
