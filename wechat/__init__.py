"""The only way to WeChat, in and out, and the only importer of wechatpy."""
