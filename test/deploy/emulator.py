"""An AWS on this machine: MiniStack, with five fixes where its CloudFormation differs from AWS.

Why MiniStack: of moto's CloudFormation, all of ApiGatewayV2, Secret and Alarm are missing, so a deployment "succeeds"
without an API, a secret or an output. LocalStack has HTTP APIs in its paid edition only, and its programs come as
container images from elsewhere. MiniStack is one package of the Python registry without an account; it creates, updates
and deletes every resource of the stack, rolls back when one fails, and its API Gateway checks JWTs and calls the function.
"""

from ministack.app import main
from ministack.services.cloudformation import changesets, engine, handlers, provisioners, stacks

HANDLERS = provisioners._RESOURCE_HANDLERS


def change_properties(resource_type, change):
    """Changes what a template says of a resource before MiniStack reads it."""
    handler = HANDLERS[resource_type]
    create, update = handler["create"], handler["update"]

    def changed_create(logical_id, properties, stack):
        return create(logical_id, change(properties), stack)

    def changed_update(physical_id, old, new, *others, **more):
        return update(physical_id, change(old), change(new), *others, **more)

    handler.update(create=changed_create, update=changed_update)


def lower_first(name):
    """Returns a function that makes `AllowOrigins` `allowOrigins`, as MiniStack's API Gateway has it, in one property."""

    def change(properties):
        fields = properties.get(name) or {}
        return {**properties, name: {key[0].lower() + key[1:]: value for key, value in fields.items()}}

    return change


def keep_metric_math():
    """Alarms on an expression over several metrics are refused; so only the first metric is kept."""
    original = provisioners._cw_metric_alarm_record

    def record(name, properties):
        metrics = [metric["MetricStat"]["Metric"] for metric in properties.get("Metrics", []) if "MetricStat" in metric]
        single = {key: value for key, value in properties.items() if key != "Metrics"}
        return original(name, {**single, **(metrics[0] if metrics else {})})

    provisioners._cw_metric_alarm_record = record


def refer_to_secrets_by_arn():
    """On AWS a secret's `Ref` is its ARN; MiniStack makes it the name."""
    handler = HANDLERS["AWS::SecretsManager::Secret"]
    create, update, delete = handler["create"], handler["update"], handler["delete"]

    def name_of(arn):
        return arn.split(":")[6][: -len("-AbCdEf")]

    def by_arn(result):
        return result[1]["Arn"], result[1]

    handler.update(
        create=lambda *arguments: by_arn(create(*arguments)),
        update=lambda arn, *others, **more: by_arn(update(name_of(arn), *others, **more)),
        delete=lambda arn, properties: delete(name_of(arn), properties),
    )


def join_lists_in_conditions():
    """Conditions take `Fn::Join` of a list parameter for a text that is never empty; AWS joins the list."""
    original = engine._evaluate_conditions

    def joined(node, params):
        if isinstance(node, list):
            return [joined(item, params) for item in node]
        if not isinstance(node, dict):
            return node
        if "Fn::Join" in node:
            separator, values = node["Fn::Join"]
            return separator.join(item.strip() for item in params[values["Ref"]]["Value"].split(","))
        return {key: joined(item, params) for key, item in node.items()}

    def evaluate(template, params):
        return original({**template, "Conditions": joined(template.get("Conditions", {}), params)}, params)

    for module in (changesets, engine, handlers, stacks):
        module._evaluate_conditions = evaluate


change_properties("AWS::ApiGatewayV2::Api", lower_first("CorsConfiguration"))
change_properties("AWS::ApiGatewayV2::Stage", lower_first("DefaultRouteSettings"))
keep_metric_math()
refer_to_secrets_by_arn()
join_lists_in_conditions()
main()
