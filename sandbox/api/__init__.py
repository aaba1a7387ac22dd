"""The platform's HTTP API: api.weixin.qq.com and open.weixin.qq.com on one host."""
